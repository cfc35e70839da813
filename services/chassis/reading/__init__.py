"""Reading topics: chunks applied once and in order, holes healed, what cannot be applied parked."""
