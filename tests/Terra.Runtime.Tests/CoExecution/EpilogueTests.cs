using System.Runtime.Intrinsics;
using FluentAssertions;
using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.CoExecution;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Heavy;
using Xunit;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>Matrix products and convolutions that pointwise ops follow in the same kernel give the bits of eager mode, and are fewer kernels.</summary>
[Collection(nameof(TerraRuntime))]
public sealed class EpilogueTests : IDisposable
{
    private const int Turns = 7, FirstSeen = 5;

    private static readonly Dictionary<string, Func<TensorImpl, Others, TensorImpl>> s_followers = new()
    {
        ["relu"] = static (x, _) => Aten.relu(x),
        ["gelu"] = static (x, _) => Aten.gelu(x, "none"),
        ["gelu by tanh"] = static (x, _) => Aten.gelu(x, "tanh"),
        ["plus a residual"] = static (x, o) => Aten.add(x, o.Residual, 1),
        ["residual plus it"] = static (x, o) => Aten.add(o.Residual, x, 0.5),
        ["plus a transposed residual"] = static (x, o) => Aten.add(x, o.Transposed, 1),
        ["scaled"] = static (x, _) => Aten.mul(x, 0.3),
        ["times a row"] = static (x, o) => Aten.mul(x, o.Row),
        ["times a channel"] = static (x, o) => Aten.mul(x, o.Channel),
        ["plus a residual, relu"] = static (x, o) => Then(Aten.add(x, o.Residual, 1), static y => Aten.relu(y)),
        ["scaled, sigmoid, times it"] = static (x, _) => Then(Aten.mul(x, 1.5), y => Then(Aten.sigmoid(y), z => Aten.mul(z, x))),
        ["dropout"] = static (x, _) => Then(Aten.dropout_mask(x, 0.4, new PhiloxState(5, 12)), mask => Aten._masked_scale(x, mask, 1 / 0.6)),
        ["normalized"] = static (x, o) => o.Normalized(x, withParameters: true),
        ["normalized without parameters, plus a residual, relu"] =
            static (x, o) => Then(o.Normalized(x, withParameters: false), y => Then(Aten.add(y, o.Residual, 1), static z => Aten.relu(z))),
        ["above zero"] = static (x, _) => Aten.gt(x, 0),
        ["relu in place"] = static (x, _) => Aten.relu_(x.Alias()),
        ["added in place"] = static (x, o) => Aten.add_(o.Written.Alias(), x, 2),
    };

    private readonly int _threads = WorkerPool.Shared.NumThreads;
    private readonly long _patience = GraphRunner.ProducerPatience;

    public EpilogueTests() => GraphRunner.ProducerPatience = long.MaxValue;

    public static TheoryData<string> Producers => [.. EpilogueProducer.All.Keys];

    public static TheoryData<string> Convolutions => [.. EpilogueProducer.All.Where(static entry => entry.Value.Geometry is not null).Select(static entry => entry.Key)];

    public void Dispose()
    {
        WorkerPool.Shared.NumThreads = _threads;
        GraphRunner.ProducerPatience = _patience;
    }

    [Theory]
    [MemberData(nameof(Producers))]
    public void Every_epilogue_gives_the_bits_of_eager_mode(string producer)
    {
        foreach ((DType dtype, int[] counts) in new[] { (DType.Float32, new[] { 1, 2, 5 }), (DType.Float64, [2]) })
        {
            foreach (string follower in s_followers.Keys)
            {
                WorkerPool.Shared.NumThreads = _threads;
                List<byte[]> eager = Bits(TerraMode.Off, dtype, producer, follower);
                foreach (int threads in counts)
                {
                    WorkerPool.Shared.NumThreads = threads;
                    foreach (TerraMode mode in threads == 2 ? new[] { TerraMode.On, TerraMode.Verify } : [TerraMode.On])
                    {
                        List<byte[]> actual = Bits(mode, dtype, producer, follower);
                        actual.Should().HaveSameCount(eager);
                        for (int i = 0; i < eager.Count; i++)
                        {
                            actual[i].AsSpan().SequenceEqual(eager[i]).Should().BeTrue(
                                "value {0} of {1}, {2}, has the same bits: {3}, {4} threads, {5}", i, producer, follower, dtype, threads, mode);
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Producers))]
    public void What_follows_shares_the_kernel_where_that_pays(string producer)
    {
        EpilogueProducer op = EpilogueProducer.All[producer];
        TensorImpl[] arguments = op.Arguments(DType.Float32);
        foreach ((string name, Func<TensorImpl, Others, TensorImpl> follower) in s_followers)
        {
            foreach (bool keeps in new[] { false, true })
            {
                using var others = new Others(op, arguments);
                TerraRuntime.Reset();
                StepProgram.Run(TerraMode.On, 9, _ =>
                {
                    others.Renew();
                    using TensorImpl x = op.Op(arguments);
                    using TensorImpl y = follower(x, others);
                    using TensorImpl sum = Aten.sum(keeps ? x : y, [], false, null);
                    x.Dispose();
                    sum.ReadData();
                });
                int behind = !name.StartsWith("normalized", StringComparison.Ordinal) || others.HasLongChannels ? (op.StaysAlone ? 1 : 0) : name == "normalized" ? 1 : 2;
                TerraStatistics.Snapshot().Kernels.Should().Be(3 + behind, "there are a copy, {0}, perhaps with {1}, and a sum", producer, name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolutions_go_the_way_their_name_says(string producer)
    {
        EpilogueProducer op = EpilogueProducer.All[producer];
        (ConvolutionGeometry geometry, bool toLarge) = (op.Geometry!, op.IsTransposed);
        string way = PlaneConvolution<float>.Pays(geometry, toLarge) ? "plane"
            : PixelwiseConvolution<float>.Pays(geometry) ? "pixelwise"
            : geometry.IsPixelwise ? "small pixelwise"
            : !toLarge && LineConvolution<float>.Pays(geometry) ? "line"
            : WinogradConvolution.Pays(geometry, toLarge) ? "Winograd"
            : "direct";
        producer.Should().StartWith(!Vector256.IsHardwareAccelerated && way == "direct" ? "" : way + " convolution");
    }

    [Theory]
    [InlineData("addmm")]
    [InlineData("linear of three dimensions")]
    [InlineData("linear of three dimensions on several threads")]
    [InlineData("line convolution")]
    [InlineData("Winograd convolution")]
    public void Training_gives_the_bits_of_eager_mode(string producer)
    {
        foreach (string follower in new[] { "relu", "gelu", "plus a residual, relu", "scaled, sigmoid, times it", "dropout", "relu in place" })
        {
            List<byte[]> eager = Gradients(TerraMode.Off, producer, follower);
            Gradients(TerraMode.On, producer, follower).Should().BeEquivalentTo(eager, options => options.WithStrictOrdering(), follower);
            Gradients(TerraMode.Verify, producer, follower).Should().BeEquivalentTo(eager, options => options.WithStrictOrdering(), follower);
        }
    }

    [Fact]
    public void An_op_that_writes_what_the_product_reads_does_not_join_it()
    {
        List<byte[]> Program(TerraMode mode)
        {
            using TensorImpl a = TensorData.Random(DType.Float32, 1, 129, 129), b = TensorData.Random(DType.Float32, 2, 129, 129);
            StepProgram.Run(mode, Turns, _ =>
            {
                using TensorImpl product = Aten.mm(a, b);
                using TensorImpl scaled = Aten.mul(product, 0.01);
                Aten.add_(a, scaled, 1);
            });
            return [Read(a)];
        }

        List<byte[]> eager = Program(TerraMode.Off);
        foreach (int threads in new[] { 1, 5 })
        {
            WorkerPool.Shared.NumThreads = threads;
            Program(TerraMode.On).Should().BeEquivalentTo(eager);
            Program(TerraMode.Verify).Should().BeEquivalentTo(eager);
        }
    }

    [Fact]
    public void A_product_whose_result_is_not_needed_soon_runs_by_itself()
    {
        using TensorImpl a = TensorData.Random(DType.Float32, 1, 129, 129);
        TerraRuntime.Reset();
        StepProgram.Run(TerraMode.On, 9, _ =>
        {
            using TensorImpl product = Aten.mm(a, a);
            using TensorImpl x = Aten.mul(a, 2), y = Aten.exp(x), z = Aten.add(y, product, 1);
            using TensorImpl sum = Aten.sum(z, [], false, null);
            sum.ReadData();
        });
        TerraStatistics.Snapshot().Kernels.Should().Be(3, "the product may run beside others: it is one, three pointwise ops are the second, the sum is the third");
    }

    [Fact]
    public void A_product_runs_while_the_program_does_something_else_before_the_next_op()
    {
        GraphRunner.ProducerPatience = _patience;
        List<byte[]> Program(TerraMode mode)
        {
            var seen = new List<byte[]>();
            using TensorImpl a = TensorData.Random(DType.Float32, 1, 129, 129);
            StepProgram.Run(mode, 12, turn =>
            {
                using TensorImpl product = Aten.mm(a, a);
                if (turn >= 9)
                {
                    SpinWait.SpinUntil(() => !product.Storage.IsPending, TimeSpan.FromSeconds(20)).Should().BeTrue("nobody waits for the product, yet it is computed");
                }

                using TensorImpl x = Aten.relu(product), y = Aten.mul(x, 0.5), sum = Aten.sum(y, [], false, null);
                seen.Add(Read(sum));
            });
            return seen;
        }

        Program(TerraMode.On).Should().BeEquivalentTo(Program(TerraMode.Off), options => options.WithStrictOrdering());
    }

    private static TensorImpl Then(TensorImpl value, Func<TensorImpl, TensorImpl> next)
    {
        using (value)
        {
            return next(value);
        }
    }

    /// <summary>What the last turns gave: the result of the epilogue alone, and of one whose op's own result is read, too.</summary>
    private static List<byte[]> Bits(TerraMode mode, DType dtype, string producer, string follower)
    {
        EpilogueProducer op = EpilogueProducer.All[producer];
        TensorImpl[] arguments = op.Arguments(dtype);
        using var others = new Others(op, arguments);
        var kept = new List<TensorImpl>();
        StepProgram.Run(mode, Turns, turn =>
        {
            others.Renew();
            TensorImpl x = op.Op(arguments), y = s_followers[follower](x, others);
            x.Dispose();
            others.Renew();
            TensorImpl readX = op.Op(arguments), besideX = s_followers[follower](readX, others);
            foreach (TensorImpl value in new[] { y, readX, besideX })
            {
                if (turn >= FirstSeen)
                {
                    kept.Add(value);
                }
                else
                {
                    value.Dispose();
                }
            }
        });
        List<byte[]> bits = [.. kept.Select(Read)];
        kept.ForEach(static value => value.Dispose());
        return bits;
    }

    private static List<byte[]> Gradients(TerraMode mode, string producer, string follower)
    {
        EpilogueProducer op = EpilogueProducer.All[producer];
        TensorImpl[] arguments = op.Arguments(DType.Float32);
        using var others = new Others(op, arguments);
        foreach (TensorImpl argument in arguments)
        {
            argument.SetRequiresGrad(true);
        }

        StepProgram.Run(mode, Turns, _ =>
        {
            using TensorImpl x = op.Op(arguments);
            using TensorImpl y = s_followers[follower](x, others);
            using TensorImpl squares = Aten.mul(y, y);
            using TensorImpl loss = Aten.sum(squares, [], false, null);
            x.Dispose();
            y.Dispose();
            squares.Dispose();
            Engine.Backward([loss]);
        });
        return [.. arguments.Select(static argument =>
        {
            using TensorImpl gradient = argument.Gradient()!;
            return Read(gradient);
        })];
    }

    private static byte[] Read(TensorImpl tensor)
    {
        tensor.ReadData();
        return TensorData.Bytes(tensor);
    }

    /// <summary>What else the followers read and write.</summary>
    private sealed class Others : IDisposable
    {
        private readonly long[] _channels;
        private readonly TensorImpl[] _vectors;

        public Others(EpilogueProducer producer, TensorImpl[] arguments)
        {
            using TensorImpl like = producer.Op(arguments);
            long[] sizes = like.Sizes.ToArray(), channel = sizes.Select(static (size, i) => i == 1 ? size : 1).ToArray();
            Residual = TensorData.Random(like.DType, 11, sizes);
            Transposed = TensorData.Reordered(Residual, reversed: true, gap: 1, offset: 0);
            Row = TensorData.Random(like.DType, 12, sizes[^1]);
            Channel = TensorData.Random(like.DType, 13, channel);
            _channels = sizes.Length == 1 ? [sizes[0], 1] : sizes;
            _vectors = [.. Enumerable.Range(14, 4).Select(seed => TensorData.Random(like.DType, seed, _channels[1]))];
            Aten.abs_(_vectors[3]);
            Written = Aten.clone(Residual);
        }

        public TensorImpl Residual { get; }

        public TensorImpl Transposed { get; }

        public TensorImpl Row { get; }

        public TensorImpl Channel { get; }

        /// <summary>Neighbouring elements of a channel are many.</summary>
        public bool HasLongChannels => _channels.Skip(2).Aggregate(1L, static (a, b) => a * b) >= 64;

        /// <summary>A copy of the residual that may be written.</summary>
        public TensorImpl Written { get; private set; }

        /// <summary>Batch normalization by running statistics; a vector has one channel.</summary>
        public TensorImpl Normalized(TensorImpl x, bool withParameters)
        {
            using TensorImpl images = Views.view(x, _channels);
            using TensorImpl normalized = Composite.batch_norm(
                images, withParameters ? _vectors[0] : null, withParameters ? _vectors[1] : null, _vectors[2], _vectors[3], false, 0.1, 1e-3);
            return Views.view(normalized, x.Sizes.ToArray());
        }

        public void Renew()
        {
            Written.Dispose();
            Written = Aten.clone(Residual);
        }

        public void Dispose()
        {
            Residual.Dispose();
            Transposed.Dispose();
            Row.Dispose();
            Channel.Dispose();
            Written.Dispose();
            Array.ForEach(_vectors, static vector => vector.Dispose());
        }
    }
}
