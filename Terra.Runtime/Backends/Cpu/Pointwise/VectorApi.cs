using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Finds the methods of <see cref="Vector128"/>, <see cref="Vector256"/> and <see cref="Vector512"/> that emitted code calls.</summary>
internal sealed class VectorApi
{
    private readonly ConcurrentDictionary<(string Name, string Types), MethodInfo> _methods = new();
    private readonly Type _static;
    private readonly Type _generic;

    private VectorApi(int bits, Type type, Type generic)
    {
        Bits = bits;
        _static = type;
        _generic = generic;
    }

    public static VectorApi V128 { get; } = new(128, typeof(Vector128), typeof(Vector128<>));

    public static VectorApi V256 { get; } = new(256, typeof(Vector256), typeof(Vector256<>));

    public static VectorApi V512 { get; } = new(512, typeof(Vector512), typeof(Vector512<>));

    /// <summary>The widest vectors this machine computes with.</summary>
    public static VectorApi Best { get; } =
        Vector512.IsHardwareAccelerated ? V512 : Vector256.IsHardwareAccelerated ? V256 : V128;

    public int Bits { get; }

    public static VectorApi OfBits(int bits) => bits switch { 512 => V512, 256 => V256, _ => V128 };

    public Type Of(Type element) => _generic.MakeGenericType(element);

    /// <summary>
    /// The static method with this name whose parameters, after closing a generic method over <paramref name="element"/>, are exactly
    /// <paramref name="parameters"/>.
    /// </summary>
    /// <exception cref="MissingMethodException">There is none.</exception>
    public MethodInfo Method(string name, Type element, params Type[] parameters) =>
        _methods.GetOrAdd((name, element.Name + "|" + string.Join(',', parameters.Select(type => type.ToString()))), _ => Find(name, element, parameters));

    /// <summary>Name applied to <paramref name="count"/> vectors of <paramref name="element"/>.</summary>
    public MethodInfo Method(string name, Type element, int count) =>
        Method(name, element, Enumerable.Repeat(Of(element), count).ToArray());

    /// <summary>The getter of a static property of the vector type, such as Indices.</summary>
    public MethodInfo Property(string name, Type element) =>
        Of(element).GetProperty(name, BindingFlags.Public | BindingFlags.Static)!.GetMethod!;

    /// <summary>Reinterprets a vector as one of other elements.</summary>
    public MethodInfo As(Type from, Type to) =>
        _methods.GetOrAdd(("As", from.Name + "|" + to.Name), _ => _static.GetMethods()
            .Single(method => method.Name == "As" && method.GetGenericArguments().Length == 2).MakeGenericMethod(from, to));

    private MethodInfo Find(string name, Type element, Type[] parameters)
    {
        foreach (MethodInfo candidate in _static.GetMethods(BindingFlags.Public | BindingFlags.Static))
        {
            if (candidate.Name != name || candidate.GetParameters().Length != parameters.Length)
            {
                continue;
            }

            if (candidate.IsGenericMethodDefinition && candidate.GetGenericArguments().Length != 1)
            {
                continue;
            }

            MethodInfo method = candidate.IsGenericMethodDefinition ? candidate.MakeGenericMethod(element) : candidate;
            if (method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters))
            {
                return method;
            }
        }

        throw new MissingMethodException(_static.Name, $"{name}({string.Join(", ", parameters.Select(type => type.ToString()))})");
    }
}
