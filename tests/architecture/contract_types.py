"""Two kinds of import rules that import-linter does not bring: services found by looking, and imports by allow-list."""

import sys
from typing import Any, cast

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.layers import LayersContract
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import ModuleExpression

CHASSIS = "services.chassis"


class ServiceLayers(LayersContract):
    """The layers of every service below `services`, whichever there are; the chassis is none."""

    type_name = "service_layers"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Check the layers of the services that are there."""
        services = graph.find_children("services") - {CHASSIS}
        cast("Any", self).containers = [ModuleExpression(name) for name in sorted(services)]
        return super().check(graph, verbose)


class OnlyImports(Contract):
    """The modules named may import one another, the modules allowed, and nothing else.

    ``allowed_modules`` are packages; ``standard_library`` allows Python's own but for ``forbidden_standard_library``.
    """

    type_name = "only_imports"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.StringField())
    exact_modules = fields.SetField(subfield=fields.StringField(), required=False)
    forbidden_standard_library = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - import-linter's form
        """Find every direct import from these modules that is not allowed."""
        roots = module_expressions_to_modules(graph, cast("Any", self.source_modules))
        found = sorted(
            {
                (module, imported)
                for root in {root.name for root in roots}
                for module in {root, *graph.find_descendants(root)}
                for imported in graph.find_modules_directly_imported_by(module)
                if not (_within(imported, root) or self._is_allowed(imported))
            }
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Tell each import that is not allowed."""
        for module, imported in check.metadata["found"]:
            output.print_error(f"{module} is not allowed to import {imported}")

    def _is_allowed(self, imported: str) -> bool:
        allowed, exact, forbidden = (
            cast("set[str] | None", field) or set()  # each is a field, and after parsing what the field holds
            for field in (self.allowed_modules, self.exact_modules, self.forbidden_standard_library)
        )
        top = imported.partition(".")[0]
        if imported in exact or any(_within(imported, package) for package in allowed):
            return True
        return top in sys.stdlib_module_names and top not in forbidden and imported not in forbidden


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
