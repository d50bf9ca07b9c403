"""What `attrition doctor` looks at: the program, the machine, and a workspace, which may be broken."""
