namespace Terra.Runtime.Ops;

/// <summary>
/// Marks a leaf op method: one that runs exactly one op. The weaver's op capture puts the hook at its start.
/// Its parameters are the schema's arguments in order; it returns a tensor, or an array of them.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TensorOpAttribute(string name) : Attribute
{
    /// <summary>The op's qualified name, e.g. <c>aten::add.Tensor</c>; it must be in the op table.</summary>
    public string Name { get; } = name;
}
