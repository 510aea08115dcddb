using System.Reflection;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Calls ops as programs do: through the leaf methods, which op capture has woven.</summary>
internal static class LeafMethods
{
    private static readonly Dictionary<string, MethodInfo> s_methods = typeof(Aten)
        .GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(static method => method.GetCustomAttribute<TensorOpAttribute>() is not null)
        .ToDictionary(static method => method.GetCustomAttribute<TensorOpAttribute>()!.Name);

    /// <summary>Runs the op on the sample's arguments; returns its results.</summary>
    public static TensorImpl[] Call(OpDef op, Sample sample)
    {
        MethodInfo method = s_methods[op.Name];
        ParameterInfo[] parameters = method.GetParameters();
        var arguments = new object?[parameters.Length];
        int input = 0, attr = 0, list = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            Type type = parameters[i].ParameterType;
            arguments[i] = type == typeof(TensorImpl) ? sample.Inputs[input++]
                : type == typeof(TensorImpl[]) ? (sample.Lists.Length == 0 ? sample.Inputs[input..]! : sample.List(list++))
                : Value(sample.Attrs[attr++], Nullable.GetUnderlyingType(type) ?? type);
        }

        object result = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        return result as TensorImpl[] ?? [(TensorImpl)result];
    }

    private static object? Value(Attr attr, Type type) =>
        attr.Kind == AttrKind.None ? null
        : type == typeof(ScalarValue) ? attr.AsScalar
        : type == typeof(double) ? attr.AsScalar.ToDouble()
        : type == typeof(long) ? attr.AsInt
        : type == typeof(bool) ? attr.AsBool
        : type == typeof(long[]) ? attr.AsInts
        : type == typeof(bool[]) ? attr.AsBools
        : type == typeof(DType) ? attr.AsDType
        : type == typeof(string) ? attr.AsString
        : type == typeof(PhiloxState) ? attr.AsPhilox
        : throw new ArgumentException($"no attribute is a {type}");
}
