using Mono.Cecil;

namespace Terra.Weaver;

/// <summary>Walks a module's types with the nested ones.</summary>
internal static class ModuleTypes
{
    public static IEnumerable<TypeDefinition> All(ModuleDefinition module) => module.Types.SelectMany(WithNested);

    public static IEnumerable<MethodDefinition> Methods(ModuleDefinition module) => All(module).SelectMany(type => type.Methods);

    /// <summary>The namespace that a type is in, by way of the types around it.</summary>
    public static string NamespaceOf(TypeDefinition type)
    {
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        return type.Namespace;
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) =>
        new[] { type }.Concat(type.NestedTypes.SelectMany(WithNested));
}
