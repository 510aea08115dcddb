using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Random draws: pure functions of the Philox state and an element's index.</content>
public static partial class OpTable
{
    public static readonly OpDef rand = Create(
        "aten::rand(int[] size, ScalarType dtype, Philox generator) -> Tensor",
        static call => RealSpec("rand", call),
        static (b, call) => b.RandomUniform(2, call.Attrs[1].AsDType));

    public static readonly OpDef randn = Create(
        "aten::randn(int[] size, ScalarType dtype, Philox generator) -> Tensor",
        static call => RealSpec("randn", call),
        static (b, call) => b.RandomNormal(2, call.Attrs[1].AsDType));

    public static readonly OpDef randint_low = Create(
        "aten::randint.low(Scalar low, Scalar high, int[] size, ScalarType dtype, Philox generator) -> Tensor",
        RandomIntegers,
        static (b, _) =>
        {
            IrNode low = b.Scalar(0, DType.Int64), range = b.Sub(b.Scalar(1, DType.Int64), low);
            IrNode bits = b.And(b.RandomInt64(4), b.Const(long.MaxValue, DType.Int64));
            return b.Add(low, b.Fmod(bits, range));
        },
        readsScalars: true);

    public static readonly OpDef randperm = new(
        "aten::randperm(int n, ScalarType dtype, Philox generator) -> Tensor",
        static call => call.Int(0) >= 0
            ? [new OutputSpec(Layout.Contiguous(call.Int(0)), call.Attrs[1].AsDType)]
            : throw ShapeErrors.Error($"n must be non-negative, got {call.Int(0)}"))
    {
        Kernel = SamplingKernels.Permutation,
    };

    public static readonly OpDef uniform_ = Overwrite(
        "aten::uniform_(Tensor(a!) self, float from, float to, Philox generator) -> Tensor(a!)",
        static call => CheckReal("uniform_", call.Input(0)),
        static (b, call) =>
        {
            DType dtype = call.Input(0).DType;
            IrNode from = b.Scalar(0, dtype), width = b.Sub(b.Scalar(1, dtype), from);
            return b.Add(b.Mul(b.RandomUniform(2, dtype), width), from);
        },
        Derivative.Zero);

    public static readonly OpDef normal_ = Overwrite(
        "aten::normal_(Tensor(a!) self, float mean, float std, Philox generator) -> Tensor(a!)",
        static call => call.Scalar(1).ToDouble() >= 0
            ? CheckReal("normal_", call.Input(0))
            : throw ShapeErrors.Error($"normal expects std >= 0.0, but found std {call.Scalar(1)}"),
        static (b, call) =>
        {
            DType dtype = call.Input(0).DType;
            return b.Add(b.Mul(b.RandomNormal(2, dtype), b.Scalar(1, dtype)), b.Scalar(0, dtype));
        },
        Derivative.Zero,
        readsScalars: true);

    public static readonly OpDef bernoulli = Define(
        "aten::bernoulli(Tensor self, Philox generator) -> Tensor",
        static call => CheckReal("bernoulli", call.Input(0)),
        static (b, call) => b.Lt(b.RandomUniform(0, call.Input(0).DType.ComputeType()), b.Input(0)),
        Derivative.Zero);

    public static readonly OpDef bernoulli__float = Overwrite(
        "aten::bernoulli_.float(Tensor(a!) self, float p, Philox generator) -> Tensor(a!)",
        static call => CheckProbability("bernoulli_", call.Scalar(0), call.Input(0).DType),
        static (b, _) => b.Lt(b.RandomUniform(1, DType.Float32), b.Scalar(0, DType.Float32)),
        Derivative.Zero,
        readsScalars: true);

    public static readonly OpDef dropout_mask = Define(
        "aten::dropout_mask(Tensor input, float p, Philox generator) -> Tensor",
        static call => CheckProbability("dropout", call.Scalar(0), DType.Bool),
        static (b, _) => b.Ge(b.RandomUniform(1, DType.Float32), b.Scalar(0, DType.Float32)),
        readsScalars: true);

    public static readonly OpDef _masked_scale = Define(
        "aten::_masked_scale(Tensor self, Tensor mask, float scale) -> Tensor",
        SameAsFirst,
        static (b, call) => b.Mul(b.Mul(b.Input(0), b.Cast(b.Input(1), call.Input(0).DType)), b.Scalar(0, call.Input(0).DType)),
        new Derivative(static c => [Aten._masked_scale(c.Grad(0)!, c.Call.Input(1), c.Call.Scalar(0).ToDouble())], [1], []));

    public static readonly OpDef multinomial = new(
        "aten::multinomial(Tensor self, int num_samples, bool replacement, Philox generator) -> Tensor",
        static call => [SamplesSpec(call.Input(0), call.Int(0), call.Bool(1))])
    {
        Kernel = SamplingKernels.Multinomial,
        CheckData = SamplingKernels.CheckWeights,
        CheckedInputs = [0],
    };

    private static OutputSpec RandomIntegers(OpInvocation call)
    {
        long low = call.Scalar(0).ToInt64(), high = call.Scalar(1).ToInt64();
        if (low >= high)
        {
            throw ShapeErrors.Error($"random_ expects 'from' to be less than 'to', but got from={call.Scalar(0)} >= to={call.Scalar(1)}");
        }

        DType dtype = call.Attrs[3].AsDType;
        (long least, long most) = dtype switch
        {
            DType.Bool => (0, 1),
            DType.UInt8 => (byte.MinValue, byte.MaxValue),
            DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.Int16 => (short.MinValue, short.MaxValue),
            DType.Int32 => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        return low >= least && high - 1 <= most
            ? new OutputSpec(ShapeRules.FromSizes(call.Ints(2)), dtype)
            : throw ShapeErrors.Error($"{(low < least ? "from" : "to - 1")} is out of bounds for {ShapeErrors.Name(dtype)}");
    }

    private static OutputSpec RealSpec(string name, OpInvocation call)
    {
        DType dtype = call.Attrs[1].AsDType;
        return dtype.IsFloatingPoint()
            ? new OutputSpec(ShapeRules.FromSizes(call.Ints(0)), dtype)
            : throw ShapeErrors.NotImplemented(name, dtype);
    }

    private static DType CheckReal(string name, TensorImpl self) =>
        self.DType.IsFloatingPoint() ? self.DType : throw ShapeErrors.NotImplemented(name, self.DType);

    private static DType CheckProbability(string name, ScalarValue p, DType result) =>
        p.ToDouble() is >= 0 and <= 1 ? result : throw ShapeErrors.Error($"{name} probability has to be between 0 and 1, but got {p}");

    private static OutputSpec SamplesSpec(TensorImpl weights, long samples, bool replacement)
    {
        if (weights.Rank is < 1 or > 2)
        {
            throw ShapeErrors.Error("prob_dist must be 1 or 2 dim");
        }

        if (!weights.DType.IsFloatingPoint())
        {
            throw ShapeErrors.Error($"multinomial only supports floating-point dtypes for input, got: {ShapeErrors.Name(weights.DType)}");
        }

        if (samples <= 0)
        {
            throw ShapeErrors.Error("cannot sample n_sample <= 0 samples");
        }

        if (!replacement && samples > weights.Sizes[^1])
        {
            throw ShapeErrors.Error("cannot sample n_sample > prob_dist.size(-1) samples without replacement");
        }

        return new OutputSpec(weights.Rank == 1 ? Layout.Contiguous(samples) : Layout.Contiguous(weights.Sizes[0], samples), DType.Int64);
    }
}
