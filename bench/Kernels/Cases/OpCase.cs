using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>Cases of one op each, which the peer knows by the same name (bench/peers/cases/ops.py).</summary>
internal static class OpCase
{
    /// <summary>Normally distributed numbers of a shape.</summary>
    public static Operand Real(params long[] shape) => new(shape, 0);

    /// <summary>Whole numbers from zero to below <paramref name="high"/>, of a shape.</summary>
    public static Operand Index(long high, params long[] shape) => new(shape, high);

    /// <param name="group">Group of the case.</param>
    /// <param name="op">Name of the op, and of the case together with the first operand's shape.</param>
    /// <param name="apply">The op.</param>
    /// <param name="written">Elements it writes, four bytes each.</param>
    /// <param name="operands">What it takes.</param>
    public static KernelCase Forward(string group, string op, Func<Tensor[], Tensor> apply, long written, params Operand[] operands) => new(
        $"{op} {operands[0]}",
        group,
        new Work(Bytes: operands.Sum(static operand => operand.Bytes) + (sizeof(float) * (double)written)),
        Peer("op", op, operands),
        () =>
        {
            Tensor[] inputs = [.. operands.Select(static operand => operand.Make())];
            return () => apply(inputs).Dispose();
        });

    /// <summary>The op and its gradient for the first operand; the bytes are those of the op, of the result's gradient and of the gradient.</summary>
    public static KernelCase WithGradient(string group, string op, Func<Tensor[], Tensor> apply, long written, params Operand[] operands) => new(
        $"{op} {operands[0]} forward+backward",
        group,
        new Work(Bytes: operands.Sum(static operand => operand.Bytes) + operands[0].Bytes + (2.0 * sizeof(float) * written)),
        Peer("op_gradient", op, operands),
        () =>
        {
            Tensor[] inputs = [.. operands.Select(static operand => operand.Make())];
            inputs[0].requires_grad_(true);
            Tensor gradient;
            using (Tensor y = apply(inputs))
            {
                gradient = randn(y.shape);
            }

            return () =>
            {
                using Tensor y = apply(inputs);
                autograd.grad([y], [inputs[0]], [gradient])[0].Dispose();
            };
        });

    private static PeerCase Peer(string kind, string op, Operand[] operands) =>
        new(kind, new { op, operands = operands.Select(static operand => new { shape = operand.Shape, high = operand.High }) });

    /// <summary>A tensor that an op takes: <paramref name="High"/> is zero for real numbers.</summary>
    internal sealed record Operand(long[] Shape, long High)
    {
        public double Bytes => Shape.Aggregate(High == 0 ? sizeof(float) : (double)sizeof(long), static (product, size) => product * size);

        public Tensor Make() => High == 0 ? randn(Shape) : randint(0, High, Shape, int64);

        public override string ToString() => string.Join('x', Shape);
    }
}
