"""What is done with items, whoever asks for it: doors, pages and bulk actions make their commands and act here."""
