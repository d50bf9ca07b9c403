"""What a command does with a workspace: products read, rooms below called, new products written whole."""
