"""Trainings of the picture tools' networks on the data program's pictures; see docs/model/picture-tools.md."""
