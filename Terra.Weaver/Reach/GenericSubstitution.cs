using Mono.Cecil;

namespace Terra.Weaver.Reach;

/// <summary>Writes the generic arguments of a call into the types of its signature.</summary>
internal static class GenericSubstitution
{
    public static TypeReference Apply(TypeReference type, MethodReference call)
    {
        switch (type)
        {
            case GenericParameter { Type: GenericParameterType.Method } parameter:
                return call is GenericInstanceMethod method && parameter.Position < method.GenericArguments.Count
                    ? method.GenericArguments[parameter.Position]
                    : type;
            case GenericParameter parameter:
                return call.DeclaringType is GenericInstanceType owner && parameter.Position < owner.GenericArguments.Count
                    ? owner.GenericArguments[parameter.Position]
                    : type;
            case GenericInstanceType instance:
                var result = new GenericInstanceType(instance.ElementType);
                foreach (TypeReference argument in instance.GenericArguments)
                {
                    result.GenericArguments.Add(Apply(argument, call));
                }

                return result;
            case ArrayType array:
                return new ArrayType(Apply(array.ElementType, call), array.Rank);
            case TypeSpecification specification:
                return Apply(specification.ElementType, call);
            default:
                return type;
        }
    }
}
