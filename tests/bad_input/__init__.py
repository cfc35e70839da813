"""What comes from outside and must end in one of three exits, as data: `forms.json`, and its reader."""
