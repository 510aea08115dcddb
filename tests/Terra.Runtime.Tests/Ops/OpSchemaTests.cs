using System.Reflection;
using FluentAssertions;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;

namespace Terra.Runtime.Tests.Ops;

/// <summary>The op table and the typed methods say the same.</summary>
public class OpSchemaTests
{
    private static readonly Dictionary<string, string> s_types = new()
    {
        ["Tensor"] = "TensorImpl", ["Tensor?"] = "TensorImpl", ["Tensor[]"] = "TensorImpl[]", ["Scalar"] = "ScalarValue", ["Scalar?"] = "ScalarValue?",
        ["float"] = "Double", ["int"] = "Int64", ["int[]"] = "Int64[]", ["int[]?"] = "Int64[]", ["bool"] = "Boolean", ["bool[]"] = "Boolean[]",
        ["ScalarType"] = "DType", ["ScalarType?"] = "DType?", ["str"] = "String", ["str?"] = "String", ["Philox"] = "PhiloxState",
    };

    public static TheoryData<string> Names => [.. OpRegistry.All.Select(op => op.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_op_has_one_typed_method_of_its_schema(string name)
    {
        OpDef op = OpRegistry.Find(name);
        MethodInfo method = typeof(Aten).GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Single(candidate => candidate.GetCustomAttribute<TensorOpAttribute>()?.Name == name);
        string text = op.Schema.Text;
        string[] arguments = text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..text.LastIndexOf(") ->", StringComparison.Ordinal)]
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        method.GetParameters().Select(parameter => TypeName(parameter.ParameterType)).Should().Equal(
            arguments.Select(argument => s_types[Unmarked(argument[..argument.LastIndexOf(' ')])]), "that is {0}", text);
        method.ReturnType.Should().Be(op.Schema.Returns != 1 ? typeof(TensorImpl[]) : typeof(TensorImpl));
    }

    [Fact]
    public void Every_typed_method_has_an_op() =>
        typeof(Aten).GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Select(method => method.GetCustomAttribute<TensorOpAttribute>()?.Name)
            .Where(name => name is not null)
            .Should().OnlyHaveUniqueItems().And.OnlyContain(name => OpRegistry.All.Any(op => op.Name == name));

    /// <summary>A type without its alias mark: <c>Tensor(a!)?</c> as <c>Tensor?</c>.</summary>
    private static string Unmarked(string type)
    {
        int open = type.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? type : type[..open] + type[(type.IndexOf(')', StringComparison.Ordinal) + 1)..];
    }

    private static string TypeName(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? inner.Name + "?" : type.Name;
}
