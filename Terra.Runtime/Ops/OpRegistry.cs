using System.Collections.Frozen;
using System.Reflection;

namespace Terra.Runtime.Ops;

/// <summary>All ops by name: every static <see cref="OpDef"/> field of <see cref="OpTable"/>.</summary>
public static class OpRegistry
{
    private static readonly FrozenDictionary<string, OpDef> s_byName = typeof(OpTable)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.FieldType == typeof(OpDef))
        .Select(field => (OpDef)field.GetValue(null)!)
        .ToFrozenDictionary(op => op.Name, StringComparer.Ordinal);

    public static IEnumerable<OpDef> All => s_byName.Values;

    /// <exception cref="KeyNotFoundException">No op has that name.</exception>
    public static OpDef Find(string name) =>
        s_byName.TryGetValue(name, out OpDef? op) ? op : throw new KeyNotFoundException($"no op named '{name}' in the op table");
}
