"""Send a short text by mail or to a chat group; a failure is a sentence and loses nothing."""
