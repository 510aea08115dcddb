using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using Xunit;

namespace Terra.Runtime.Tests.Compiler;

public class FunctionExpansionTests
{
    [Theory]
    [InlineData(IrOp.Exp)]
    [InlineData(IrOp.Expm1)]
    [InlineData(IrOp.Log)]
    [InlineData(IrOp.Log1p)]
    [InlineData(IrOp.Sin)]
    [InlineData(IrOp.Cos)]
    [InlineData(IrOp.Tanh)]
    [InlineData(IrOp.Erf)]
    public void Float32_functions_are_within_the_stated_error_everywhere(IrOp op)
    {
        const uint Step = 4099;
        long count = (1L << 32) / Step;
        TensorImpl x = Tensors.From(DType.Float32, [count + 11], i => i < count ? (uint)(i * Step) : Special(i - count));
        TensorImpl result = Tensors.Empty(DType.Float32, count + 11);
        var b = new PointwiseBuilder();
        IrNode input = b.NewInput(DType.Float32);
        PointwiseKernel.Get(b.Build(b.Graph.Add(op, DType.Float32, input))).Run([x], [result], []);
        double worst = 0;
        float where = 0;
        unsafe
        {
            var arguments = (float*)x.Pointer;
            var values = (float*)result.Pointer;
            for (long i = 0; i < count + 11; i++)
            {
                double error = Ulps(values[i], Exact(op, arguments[i]));
                if (!(error <= worst))
                {
                    (worst, where) = (error, arguments[i]);
                }
            }
        }

        GC.KeepAlive(x);
        GC.KeepAlive(result);
        worst.Should().BeLessThanOrEqualTo(FunctionExpansion.MaxUlp, "{0}({1:R}) is off by {2} ulp", op, where, worst);
    }

    [Fact]
    public void Special_values_are_exact()
    {
        Value(IrOp.Exp, float.NegativeInfinity).Should().Be(0);
        Value(IrOp.Exp, 0).Should().Be(1);
        Value(IrOp.Log, 0).Should().Be(float.NegativeInfinity);
        Value(IrOp.Log, 1).Should().Be(0);
        Value(IrOp.Log1p, -1).Should().Be(float.NegativeInfinity);
        Value(IrOp.Tanh, 1e9f).Should().Be(1);
        Value(IrOp.Erf, float.NegativeInfinity).Should().Be(-1);
        float.IsNegative(Value(IrOp.Tanh, -0f)).Should().BeTrue();
        float.IsNegative(Value(IrOp.Expm1, -0f)).Should().BeTrue();
    }

    private static float Value(IrOp op, float x)
    {
        var b = new PointwiseBuilder();
        TensorImpl result = Tensors.Empty(DType.Float32, 1);
        PointwiseKernel.Get(b.Build(b.Graph.Add(op, DType.Float32, b.NewInput(DType.Float32)))).Run([Tensors.Floats([1], _ => x)], [result], []);
        return IrConstant.ToSingle(Tensors.Read(result, 0));
    }

    private static long Special(long index) => IrConstant.FromSingle(
        new[] { 0f, -0f, 1, -1, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, 88.7228f, -103.9f, 100_000 }[index]);

    private static double Exact(IrOp op, double x) => op switch
    {
        IrOp.Exp => ScalarMath.Exp(x),
        IrOp.Expm1 => ScalarMath.Expm1(x),
        IrOp.Log => ScalarMath.Log(x),
        IrOp.Log1p => ScalarMath.Log1p(x),
        IrOp.Sin => ScalarMath.Sin(x),
        IrOp.Cos => ScalarMath.Cos(x),
        IrOp.Tanh => ScalarMath.Tanh(x),
        _ => ScalarMath.Erf(x),
    };

    private static double Ulps(float actual, double exact)
    {
        if (double.IsNaN(exact) || double.IsNaN(actual))
        {
            return double.IsNaN(exact) && double.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        var rounded = (float)exact;
        if (rounded == actual)
        {
            return Math.Abs(exact - actual) is var tiny && double.IsNaN(tiny) ? 0 : Math.Min(0.5, tiny);
        }

        if (float.IsInfinity(rounded) || float.IsInfinity(actual))
        {
            return rounded > 3e38 && actual > 3e38 ? 1 : double.PositiveInfinity;
        }

        double unit = Math.Max(MathF.BitIncrement(Math.Abs(rounded)) - Math.Abs(rounded), float.Epsilon);
        return Math.Abs(exact - actual) / unit;
    }
}
