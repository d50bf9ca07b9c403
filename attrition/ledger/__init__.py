"""What people did: the audit log that cannot be bent, keys of persons, and objections."""
