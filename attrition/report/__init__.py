"""For people: disclosure control, tables, charts, pages, workbook, words in English and Chinese."""
