"""What people see: the widgets of the notebooks, the exported pages, figures, feedback pages."""
