using Mono.Cecil;

namespace Terra.Weaver.Reach;

/// <summary>
/// Types of the objects through which code that knows nothing of tensors can come to run ops of this module: delegates made of methods
/// that reach ops, sequences that run such methods when they are enumerated, interfaces of .NET that such methods implement.
/// </summary>
internal sealed class CarrierSet
{
    private readonly Dictionary<string, List<TypeReference>> _byDefinition = new(StringComparer.Ordinal);

    /// <summary>True if the type is new in the set.</summary>
    public bool Add(TypeReference type)
    {
        string key = type.GetElementType().FullName;
        if (!_byDefinition.TryGetValue(key, out List<TypeReference>? known))
        {
            _byDefinition.Add(key, known = []);
        }

        if (known.Any(t => t.FullName == type.FullName))
        {
            return false;
        }

        known.Add(type);
        return true;
    }

    /// <summary>True if an object of a carrier type may be what is passed as that type.</summary>
    public bool CanBe(TypeReference type)
    {
        while (type is ArrayType or ByReferenceType or RequiredModifierType or OptionalModifierType)
        {
            type = ((TypeSpecification)type).ElementType;
        }

        return _byDefinition.TryGetValue(type.GetElementType().FullName, out List<TypeReference>? known) && known.Any(t => Compatible(t, type));
    }

    /// <summary>The same generic type, and no argument that a conversion could not bridge.</summary>
    private static bool Compatible(TypeReference left, TypeReference right)
    {
        if (left is not GenericInstanceType a || right is not GenericInstanceType b)
        {
            return true;
        }

        for (int i = 0; i < a.GenericArguments.Count && i < b.GenericArguments.Count; i++)
        {
            TypeReference x = a.GenericArguments[i], y = b.GenericArguments[i];
            if (!x.ContainsGenericParameter && !y.ContainsGenericParameter && x.FullName != y.FullName && (x.IsValueType || y.IsValueType))
            {
                return false;
            }
        }

        return true;
    }
}
