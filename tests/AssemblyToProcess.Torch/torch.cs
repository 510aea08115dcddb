using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Testing;

namespace TorchSharp;

public static class torch
{
    public static Tensor full(float value) => new(Ran("full", value));

    public static Tensor relu(Tensor input) => new(Ran("relu", Math.Max(0, input.item())));

    public static Tensor add(Tensor left, Tensor right) => new(Ran("add", left.item() + right.item()));

    /// <summary>An op that adds one, by a program that says which turns its loops are at here, outermost first.</summary>
    public static Tensor probe(Tensor input, params int[] turns)
    {
        Recorder.Record("probe", turns, typeof(torch).Assembly);
        return new Tensor(new TensorImpl(input.item() + 1));
    }

    /// <summary>An op on any value that is not a tensor's, for generic code.</summary>
    public static Tensor hash<T>(T value) => new(Ran("hash", value is null ? 0 : value.ToString()!.Length));

    /// <summary>Calls back into the program, as a framework's hooks do.</summary>
    public static Tensor apply(Func<Tensor, Tensor> function, Tensor input) => function(input);

    private static TensorImpl Ran(string op, float value)
    {
        Recorder.Record(op, null, typeof(torch).Assembly);
        return new TensorImpl(value);
    }

    public sealed class Tensor(TensorImpl impl) : IDisposable
    {
        public long[] shape => [];

        public TensorImpl Impl => impl;

        public float item() => impl.Value;

        public Tensor add(Tensor other) => torch.add(this, other);

        public static Tensor operator +(Tensor left, Tensor right) => torch.add(left, right);

        public static Tensor operator *(Tensor left, float right) => new(Ran("mul", left.item() * right));

        public static implicit operator Tensor(float value) => torch.full(value);

        public void Dispose()
        {
        }
    }

    public static class nn
    {
        public abstract class Module
        {
            public Tensor call(Tensor input) => forward(input);

            public abstract Tensor forward(Tensor input);
        }
    }
}

/// <summary>Leaf op methods with a parameter of each kind, for op capture.</summary>
public static class Leaf
{
    [ThreadStatic]
    public static int BodiesRun;

    [TensorOp("test::unary")]
    public static TensorImpl unary(TensorImpl self)
    {
        BodiesRun++;
        return new TensorImpl(self.Value * 2);
    }

    [TensorOp("test::scalars")]
    public static TensorImpl scalars(TensorImpl self, TensorImpl? other, ScalarValue alpha, ScalarValue? beta, double eps)
    {
        BodiesRun++;
        return new TensorImpl((float)(self.Value + (other?.Value ?? 0) + alpha.Value + (beta?.Value ?? 0) + eps));
    }

    [TensorOp("test::structural")]
    public static TensorImpl structural(
        TensorImpl self, long dim, long[] sizes, long[]? strides, bool keepdim, bool[] mask, DType dtype, DType? result, string mode, PhiloxState state)
    {
        BodiesRun++;
        return new TensorImpl(self.Value + dim + sizes.Length + (strides?.Length ?? 0) + (keepdim ? 1 : 0) + mask.Length + (int)dtype + (int)(result ?? 0) + mode.Length + state.Offset);
    }

    [TensorOp("test::many")]
    public static TensorImpl[] many(TensorImpl[] tensors, long dim)
    {
        BodiesRun++;
        if (dim < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(dim), "dim must not be negative");
        }

        foreach (TensorImpl tensor in tensors)
        {
            if (tensor.Value < 0)
            {
                return [];
            }
        }

        return [.. tensors.Select(tensor => new TensorImpl(tensor.Value + dim))];
    }

    [TensorOp("test::expression")]
    public static TensorImpl expression(TensorImpl self) => self.Value > 0 ? self : new TensorImpl(-self.Value);

    [TensorOp("test::forwarded")]
    public static TensorImpl forwarded(TensorImpl self) => not_an_op(self);

    public static TensorImpl not_an_op(TensorImpl self) => self;
}
