"""The touchscreen app. Kivy lives here and nowhere else."""
