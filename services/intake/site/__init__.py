"""The forms and the status as pages for people, in English, French and Spanish; complete without scripts."""
