"""The report for readers: disclosure control, figures, charts, pages, PDFs, workbooks, English and Chinese phrases."""
