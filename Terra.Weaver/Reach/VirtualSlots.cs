using Mono.Cecil;

namespace Terra.Weaver.Reach;

/// <summary>For each method of the module, the virtual and interface methods a call of which can end up in it.</summary>
internal sealed class VirtualSlots
{
    private readonly Dictionary<MethodDefinition, HashSet<MethodDefinition>> _slots = [];

    public VirtualSlots(ModuleDefinition module)
    {
        foreach (TypeDefinition type in ModuleTypes.All(module).Where(t => !t.IsInterface))
        {
            foreach (MethodDefinition method in type.Methods.Where(m => m.IsVirtual || m.HasOverrides))
            {
                foreach (MethodReference explicitly in method.Overrides)
                {
                    Add(method, explicitly.Resolve());
                }

                if (method.IsVirtual && !method.IsNewSlot)
                {
                    foreach (TypeDefinition ancestor in Ancestors(type).Skip(1))
                    {
                        Add(method, ancestor.Methods.FirstOrDefault(m => m.IsVirtual && SameShape(m, method)));
                    }
                }
            }

            foreach (TypeDefinition implemented in Ancestors(type).SelectMany(Interfaces).Distinct())
            {
                foreach (MethodDefinition slot in implemented.Methods)
                {
                    foreach (TypeDefinition ancestor in Ancestors(type).Where(a => a.Module == module))
                    {
                        Add(ancestor.Methods.FirstOrDefault(m => m.IsVirtual && SameShape(m, slot)), slot);
                    }

                    if (slot.HasBody && slot.Module == module)
                    {
                        Add(slot, slot);
                    }
                }
            }
        }
    }

    public IEnumerable<MethodDefinition> Of(MethodDefinition method) => _slots.TryGetValue(method, out HashSet<MethodDefinition>? slots) ? slots : [];

    private static IEnumerable<TypeDefinition> Ancestors(TypeDefinition type)
    {
        for (TypeDefinition? t = type; t is not null; t = t.BaseType?.Resolve())
        {
            yield return t;
        }
    }

    private static IEnumerable<TypeDefinition> Interfaces(TypeDefinition type) =>
        type.Interfaces.Select(i => i.InterfaceType.Resolve()).Where(t => t is not null).SelectMany(t => new[] { t }.Concat(Interfaces(t)));

    /// <summary>Same name and number of parameters; generic arguments are not followed, which errs to the safe side.</summary>
    private static bool SameShape(MethodDefinition left, MethodDefinition right) =>
        left.Name == right.Name && left.Parameters.Count == right.Parameters.Count;

    private void Add(MethodDefinition? method, MethodDefinition? slot)
    {
        if (method is null || slot is null)
        {
            return;
        }

        if (!_slots.TryGetValue(method, out HashSet<MethodDefinition>? slots))
        {
            _slots.Add(method, slots = []);
        }

        slots.Add(slot);
    }
}
