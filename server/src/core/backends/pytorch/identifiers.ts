/** Names that Python and nn.Module leave free. */

const keywords = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

/** What nn.Module and its containers have themselves: an attribute of this name would be hidden behind it. */
const taken = new Set(
  "T_destination add_module append apply bfloat16 buffers call_super_init children clear compile cpu cuda double dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half insert ipu items keys load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters pop register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type update values xpu zero_grad".split(
    " ",
  ),
);

/** Names of the file itself. */
const imported = new Set(["torch", "nn", "F", "OrderedDict", "self", "super", "range", "x", "print", "sum"]);

/** Whether it can be written after a dot. */
export function isAttribute(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name) && !isReserved(name);
}

/** Whether nn.Module would refuse it or hide it. */
export function isReserved(name: string): boolean {
  return taken.has(name) || name.startsWith("_");
}

/** A name that nothing has yet, as near to the one asked for as can be. */
export function freshName(wanted: string, used: Set<string>): string {
  let base = wanted.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "n");
  if (base === "") base = "x";
  if (keywords.has(base)) base = `${base}_`;
  let candidate = base;
  for (let i = 2; used.has(candidate) || (imported.has(candidate) && candidate !== "x"); i++)
    candidate = `${base}_${i}`;
  used.add(candidate);
  return candidate;
}

/** `inverted_residual` as a class: `InvertedResidual`. */
export function className(of: string): string {
  const camel = of
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");
  return camel === "" ? "Block" : camel;
}
