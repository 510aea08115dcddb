using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Terra.Torch.Tests.Conformance;

/// <summary>Renders types and members by reflection in the notation of the recorded API (its first lines explain it).</summary>
internal static class ApiRendering
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static string Header(Type type)
    {
        string kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        Type? parent = type.BaseType;
        bool plain = parent is null || parent == typeof(object) || parent == typeof(ValueType) || parent == typeof(Enum);
        return $"{kind} {FullName(type)}{GenericParameters(type.GetGenericArguments())}{(plain ? "" : $" : {Name(parent!)}")}";
    }

    internal static string FullName(Type type) => type.FullName!.Replace('+', '.');

    /// <summary>The visible members declared by a type, a line each.</summary>
    internal static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{field.Name}={Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        return type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(IsVisible)).Select(Property)
            .Concat(type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor)).Select(Constructor))
            .Concat(type.GetMethods(Declared).Where(method => IsVisible(method) && !IsAccessor(method)).Select(Method))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly).Select(Field));
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Property(PropertyInfo property)
    {
        MethodInfo[] accessors = property.GetAccessors(true).Where(IsVisible).ToArray();
        ParameterInfo[] indices = property.GetIndexParameters();
        string name = indices.Length == 0 ? property.Name : $"this[{Parameters(indices)}]";
        string get = accessors.Any(accessor => accessor.ReturnType != typeof(void)) ? "get; " : "";
        string set = accessors.Any(accessor => accessor.ReturnType == typeof(void)) ? "set; " : "";
        string visibility = accessors.Any(accessor => accessor.IsPublic) ? "" : "protected ";
        return $"{visibility}{(accessors[0].IsStatic ? "static " : "")}{Name(property.PropertyType)} {name} {{ {get}{set}}}";
    }

    private static string Constructor(ConstructorInfo constructor) =>
        $"{(constructor.IsPublic ? "" : "protected ")}new({Parameters(constructor.GetParameters())})";

    private static string Method(MethodInfo method)
    {
        string modifiers = (method.IsPublic ? "" : "protected ")
            + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");
        string extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        string generics = GenericParameters(method.GetGenericArguments());
        return $"{modifiers}{Name(method.ReturnType)} {method.Name}{generics}({extension}{Parameters(method.GetParameters())})";
    }

    private static string Field(FieldInfo field) =>
        $"{(field.IsPublic ? "" : "protected ")}{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name};";

    private static string GenericParameters(Type[] parameters) =>
        parameters.Length == 0 ? "" : $"<{string.Join(",", parameters.Select(parameter => parameter.Name))}>";

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        string text = $"{prefix}{Name(parameter.ParameterType)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {Default(parameter.RawDefaultValue)}" : text;
    }

    private static string Default(object? value) => value switch
    {
        null or Missing => "null/default",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        Enum constant => Convert.ToInt64(constant, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        if (type.IsGenericParameter)
        {
            return type.DeclaringMethod is null ? $"{Scope(type.DeclaringType!)}.{type.Name}" : type.Name;
        }

        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true
            || (type.IsGenericType && type.Namespace == "System" && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal)))
        {
            return $"({string.Join(", ", type.GetGenericArguments().Select(Name))})";
        }

        if (Keyword(type) is { } keyword)
        {
            return keyword;
        }

        Type[] arguments = type.GetGenericArguments();
        return arguments.Length == 0 ? Scope(type) : $"{Scope(type)}<{string.Join(", ", arguments.Select(Name))}>";
    }

    /// <summary>The name with the types it is nested in, without <c>torch.</c> and without the number of generic parameters.</summary>
    private static string Scope(Type type)
    {
        string name = type.Name.IndexOf('`', StringComparison.Ordinal) is var tick and >= 0 ? type.Name[..tick] : type.Name;
        return type.DeclaringType is not { } outer || outer == typeof(TorchSharp.torch) ? name : $"{Scope(outer)}.{name}";
    }

    private static string? Keyword(Type type) =>
        type == typeof(void) ? "void"
        : type == typeof(object) ? "object"
        : type.IsEnum ? null
        : Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.SByte => "sbyte",
            TypeCode.Int16 => "short",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            TypeCode.String => "string",
            _ => null,
        };
}
