"""The caseload: what is owed over all live cases of a store on one morning, and the index that makes it quick."""
