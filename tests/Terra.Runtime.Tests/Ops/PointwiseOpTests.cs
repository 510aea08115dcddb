using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Xunit;
using TensorBits = Terra.Runtime.Tests.Compiler.Tensors;

namespace Terra.Runtime.Tests.Ops;

/// <summary>Every element-wise op over dtypes, layouts and extreme values against its float64 reference; its in-place twin; its derivative.</summary>
public class PointwiseOpTests
{
    public static TheoryData<string> Names => [.. OpInfos.All.Select(info => info.Name)];

    public static TheoryData<string> Twins => [.. OpInfos.All.Where(info => Twin(info) is not null).Select(info => info.Name)];

    public static TheoryData<string> Differentiable => [.. OpInfos.All.Where(info => info.Op.Derivative is not null).Select(info => info.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_reference(string name)
    {
        OpInfo info = OpInfos.Find(name);
        foreach (DType dtype in info.DTypes)
        {
            foreach (TensorImpl[] inputs in Samples.Of(info, dtype).Concat(Samples.Broadcasting(info, dtype)))
            {
                OpInvocation call = info.Call(info.Op, inputs);
                TensorImpl result = Eager.Run(call);
                result.Layout.SameSizes(ShapeRules.Broadcast(call)).Should().BeTrue();
                Check(info, inputs, result);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void In_place_writes_what_the_op_returns(string name)
    {
        OpInfo info = OpInfos.Find(name);
        OpDef twin = Twin(info)!;
        foreach (DType dtype in info.DTypes)
        {
            foreach (TensorImpl[] inputs in Samples.Of(info, dtype))
            {
                TensorImpl expected = Eager.Run(info.Call(info.Op, inputs));
                if (!TypePromotion.CanCast(expected.DType, inputs[0].DType) || Samples.SharesElements(inputs[0]))
                {
                    continue;
                }

                TensorImpl converted = Aten._to_copy(expected, inputs[0].DType);
                int version = inputs[0].Storage.Version;
                TensorImpl result = Eager.Run(info.Call(twin, inputs));
                result.Should().BeSameAs(inputs[0]);
                result.Storage.Version.Should().Be(version + 1);
                TensorBits.ToBits(result).Should().Equal(TensorBits.ToBits(converted), "{0} of {1}", twin, dtype);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Has_the_derivative_that_finite_differences_give(string name) => CheckDerivative(OpInfos.Find(name));

    private static void CheckDerivative(OpInfo info)
    {
        foreach (TensorImpl[] inputs in Samples.ForGradients(info))
        {
            var needs = new bool[inputs.Length];
            for (int i = 0; i < inputs.Length; i++)
            {
                needs[i] = inputs[i].DType == DType.Float64;
            }

            OpInvocation call = info.Call(info.Op, inputs);
            TensorImpl result = Eager.Run(call);
            TensorImpl grad = TensorBits.Floats(result.Sizes.ToArray(), i => 0.5 + (i % 3), DType.Float64);
            TensorImpl?[] gradients = info.Op.Derivative!(new BackwardContext(call, [grad], needs));
            for (int i = 0; i < inputs.Length; i++)
            {
                if (needs[i])
                {
                    double[] expected = FiniteDifferences.Gradient(tensors => Eager.Run(info.Call(info.Op, tensors)), inputs, i, grad);
                    double[] actual = i < gradients.Length && gradients[i] is { } gradient
                        ? FiniteDifferences.SumTo(gradient, inputs[i].Sizes)
                        : new double[inputs[i].NumberOfElements];
                    FiniteDifferences.ShouldAgree(actual, expected, $"{info.Name}, argument {i}");
                }
            }
        }
    }

    [Fact]
    public void Gelu_by_tanh_is_close_to_gelu_and_differentiable_twice()
    {
        OpInfo exact = OpInfos.Find("gelu"), byTanh = exact with { Attrs = [Attr.Of("tanh")] };
        TensorImpl x = exact.Random(0, DType.Float64, 5, 200);
        double[] expected = TensorBits.ToDoubles(Eager.Run(exact.Call(exact.Op, x))), actual = TensorBits.ToDoubles(Eager.Run(byTanh.Call(exact.Op, x)));
        actual.Zip(expected).Should().OnlyContain(static pair => Math.Abs(pair.First - pair.Second) < 1e-3);
        CheckDerivative(byTanh);
        CheckDerivative(OpInfos.Find("gelu_backward") with { Attrs = [Attr.Of("tanh")] });
    }

    [Fact]
    public void Elu_is_differentiable_from_its_result() =>
        CheckDerivative(OpInfos.Find("elu_backward") with { Attrs = [.. OpInfos.Find("elu_backward").Attrs[..3], Attr.Of(true)] });

    [Fact]
    public void The_table_covers_every_pointwise_op()
    {
        string[] elsewhere =
        [
            "full", "arange.start_step", "eye.m", "linspace", "rand", "randn", "randint.low", "bernoulli", "dropout_mask", "copy_", "fill_.Scalar", "zero_",
            "uniform_", "normal_", "bernoulli_.float",
        ];
        IEnumerable<string> known = OpInfos.All.SelectMany(info => new[] { info.Name, Twin(info)?.Name["aten::".Length..] ?? info.Name }).Concat(elsewhere);
        OpRegistry.All.Where(op => op.Pointwise is not null).Select(op => op.Name["aten::".Length..]).Should().BeSubsetOf(known);
    }

    /// <summary>The op that does the same in place, if there is one.</summary>
    internal static OpDef? Twin(OpInfo info)
    {
        string name = info.Name switch
        {
            "pow.Tensor_Tensor" => "pow_.Tensor",
            "pow.Tensor_Scalar" => "pow_.Scalar",
            "pow.Scalar" or "where.self" => "",
            _ => info.Name.Contains('.', StringComparison.Ordinal) ? info.Name.Replace(".", "_.", StringComparison.Ordinal) : info.Name + "_",
        };
        return OpRegistry.All.SingleOrDefault(op => op.Name == "aten::" + name);
    }

    private static void Check(OpInfo info, TensorImpl[] inputs, TensorImpl result)
    {
        double[][] values = inputs.Select(input => Samples.Broadcast(input, result.Sizes)).ToArray();
        double[] actual = TensorBits.ToDoubles(result), scalars = info.Scalars;
        double epsilon = result.DType == DType.Float64 && inputs.All(input => input.DType != DType.Float32) ? Math.Pow(2, -52) : Math.Pow(2, -23);
        double smallest = result.DType == DType.Float32 ? float.Epsilon * 4 : double.Epsilon * 4;
        var element = new double[inputs.Length];
        for (int i = 0; i < actual.Length; i++)
        {
            for (int k = 0; k < element.Length; k++)
            {
                element[k] = values[k][i];
            }

            double expected = IrConstant.ToDouble(IrConstant.FromDouble(info.Reference(element, scalars), result.DType), result.DType);
            bool equal = expected.Equals(actual[i]) || expected == actual[i]
                || Math.Abs(expected - actual[i]) <= (epsilon * info.Tolerance * Math.Abs(expected)) + (epsilon * info.AbsoluteTolerance) + smallest;
            if (!equal)
            {
                Assert.Fail($"{info.Name} of {inputs[0].DType} ({string.Join(", ", element.Select(v => v.ToString("R", null)))}) at {i} of {result.Layout} from {string.Join(", ", inputs.Select(input => input.Layout))}: {actual[i]:R}, expected {expected:R}");
            }
        }
    }
}
