using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

[Collection(nameof(TerraRuntime))]
public sealed class AttentionTests
{
    private static readonly PhiloxState s_numbers = new(7, 100);

    [Theory]
    [InlineData(1, 1, 1, 1, false)]
    [InlineData(5, 7, 3, 4, false)]
    [InlineData(7, 5, 16, 17, true)]
    [InlineData(65, 65, 8, 8, true)]
    [InlineData(130, 300, 20, 33, false)]
    [InlineData(300, 300, 16, 16, true)]
    public void Blocks_agree_with_the_whole_matrix_of_scores(int rows, int keys, int width, int valueWidth, bool causal)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            TensorImpl query = TensorData.Random(dtype, 1, 2, rows, width), key = TensorData.Random(dtype, 2, 2, keys, width);
            TensorImpl value = TensorData.Random(dtype, 3, 2, keys, valueWidth);
            double[] expected = Reference(query, key, value, 0.7, (_, row, column) => causal && column > row ? double.NegativeInfinity : 0);
            foreach ((TensorImpl q, TensorImpl k, TensorImpl v) in TensorData.Layouts(query).Zip(TensorData.Layouts(key), TensorData.Layouts(value)))
            {
                TensorImpl[] results = Aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, null, causal, 0.7);
                Checks.Close(results[0], expected, dtype == DType.Float32 ? 2e-6 : 1e-13);
                Checks.HasSizes(results[1], 2, rows, 1);
            }
        }
    }

    [Theory]
    [InlineData(DType.Bool)]
    [InlineData(DType.Float64)]
    public void Masks_broadcast(DType dtype)
    {
        TensorImpl query = TensorData.Random(DType.Float64, 1, 2, 3, 70, 8), key = TensorData.Random(DType.Float64, 2, 2, 3, 290, 8);
        var random = new Random(3);
        foreach (long[] sizes in new long[][] { [70, 290], [2, 1, 1, 290], [3, 70, 1], [1] })
        {
            double[] numbers = Enumerable.Range(0, (int)sizes.Aggregate(1L, (a, b) => a * b)).Select(_ => dtype == DType.Bool ? random.Next(8) == 0 ? 0.0 : 1 : random.NextDouble()).ToArray();
            numbers[0] = 1;
            TensorImpl mask = TensorData.Tensor(dtype, numbers, sizes), whole = Views.expand(mask, 2, 3, 70, 290);
            double[] all = TensorData.Values(whole);
            double[] expected = Reference(query, key, key, 1, (head, row, column) => (dtype, all[(((head * 70) + row) * 290) + column]) switch
            {
                (DType.Bool, 0) => double.NegativeInfinity,
                (DType.Bool, _) => 0,
                (_, var number) => number,
            });
            Checks.Close(Aten._scaled_dot_product_flash_attention_for_cpu(query, key, key, mask, false, 1.0)[0], expected, 1e-13);
        }
    }

    [Fact]
    public void A_row_that_sees_nothing_is_not_a_number_and_others_stay_as_they_are()
    {
        TensorImpl query = TensorData.Random(DType.Float32, 1, 2, 4), mask = TensorData.Tensor(DType.Bool, [0, 0, 1, 0], 2, 2);
        double[] values = TensorData.Values(Aten._scaled_dot_product_flash_attention_for_cpu(query, query, query, mask, false, 1.0)[0]);
        values[..4].Should().OnlyContain(value => double.IsNaN(value));
        values[4..].Should().Equal(TensorData.Values(query)[..4]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_agree_with_finite_differences(bool causal)
    {
        GradCheck.Verify(
            x => Aten._scaled_dot_product_flash_attention_for_cpu(x[0], x[1], x[2], null, causal, 0.6)[0],
            TestTensors.Sample(1, 2, 5, 3), TestTensors.Sample(2, 2, 4, 3), TestTensors.Sample(3, 2, 4, 2));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Gradients_with_dropout_agree_with_finite_differences(double dropout)
    {
        GradCheck.Verify(
            x => Aten._scaled_dot_product_flash_attention_for_cpu(x[0], x[1], x[2], null, true, 0.6, dropout, s_numbers)[0],
            TestTensors.Sample(1, 2, 5, 3), TestTensors.Sample(2, 2, 4, 3), TestTensors.Sample(3, 2, 4, 2));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 0.2)]
    [InlineData(true, 0.2)]
    [InlineData(false, 1)]
    public void Many_blocks_agree_with_single_ops(bool causal, double dropout)
    {
        TensorImpl[] Run(Func<TensorImpl, TensorImpl, TensorImpl, TensorImpl> attend)
        {
            TensorImpl[] inputs =
            [
                TensorData.Random(DType.Float64, 1, 2, 300, 9), TensorData.Random(DType.Float64, 2, 2, 270, 9), TensorData.Random(DType.Float64, 3, 2, 270, 20),
            ];
            Array.ForEach(inputs, input => input.WithGrad());
            TensorImpl result = attend(inputs[0], inputs[1], inputs[2]), weighted = Aten.mul(result, TensorData.Random(DType.Float64, 4, 2, 300, 20));
            Terra.Runtime.Autograd.Engine.Backward([Aten.sum(weighted, [], false, null)]);
            return [result, .. inputs.Select(input => input.Autograd!.Grad!)];
        }

        TensorImpl hidden = Aten.logical_not(TensorData.Tensor(DType.Bool, Enumerable.Range(0, 300 * 270).Select(i => !causal || i % 270 <= i / 270 ? 1.0 : 0).ToArray(), 300, 270));
        TensorImpl[] expected = Run((q, k, v) =>
        {
            TensorImpl weights = Aten._softmax(Aten.masked_fill(Aten.mul(Composite.matmul(q, Views.transpose(k, 1, 2)), (ScalarValue)0.5), hidden, double.NegativeInfinity), 2);
            return Composite.matmul(Aten.native_dropout(weights, dropout, s_numbers)[0], v);
        });
        TensorImpl[] actual = Run((q, k, v) => Aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, null, causal, 0.5, dropout, s_numbers)[0]);
        for (int i = 0; i < 4; i++)
        {
            Checks.Close(actual[i], TensorData.Values(expected[i]), 1e-12);
        }
    }

    [Fact]
    public void Batch_dimensions_broadcast()
    {
        TensorImpl query = TensorData.Random(DType.Float64, 1, 2, 3, 5, 4), key = TensorData.Random(DType.Float64, 2, 3, 6, 4), value = TensorData.Random(DType.Float64, 3, 2, 1, 6, 7);
        TensorImpl mask = TensorData.Tensor(DType.Bool, Enumerable.Range(0, 30).Select(i => i % 4 == 1 ? 0.0 : 1).ToArray(), 5, 6);
        TensorImpl wholeKey = Aten.clone(Views.expand(key, 2, 3, 6, 4)), wholeValue = Aten.clone(Views.expand(value, 2, 3, 6, 7));
        TensorImpl expected = Aten._scaled_dot_product_flash_attention_for_cpu(query, wholeKey, wholeValue, mask, false, 0.5)[0];
        Checks.Close(Composite.scaled_dot_product_attention(query, key, value, mask), TensorData.Values(expected), 1e-14);
        GradCheck.Verify(x => Composite.scaled_dot_product_attention(x[0], x[1], x[2], mask), query, key, value);
    }

    /// <summary>Masks that get a gradient, or have batch dimensions of their own, are for single ops, which drop the same weights.</summary>
    [Fact]
    public void Dropout_is_the_same_with_masks_that_one_op_cannot_take()
    {
        TensorImpl query = TensorData.Random(DType.Float64, 1, 3, 5, 4), key = TensorData.Random(DType.Float64, 2, 3, 6, 4);
        TensorImpl mask = TensorData.Random(DType.Float64, 3, 5, 6), wide = Views.expand(mask, 1, 3, 5, 6);
        double[] Attend(TensorImpl mask)
        {
            var generator = new PhiloxGenerator(5);
            double[] values = TensorData.Values(Composite.scaled_dot_product_attention(query, key, key, mask, 0.4, dropoutNumbers: generator));
            generator.State.Offset.Should().Be(((3 * 5 * 6) + 3) / 4);
            return values;
        }

        double[] expected = Attend(mask);
        foreach (TensorImpl other in new[] { wide, Aten.clone(mask).WithGrad() })
        {
            Attend(other).Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-14);
        }

        GradCheck.Verify(x => Composite.scaled_dot_product_attention(x[0], x[1], x[1], x[2], 0.4, dropoutNumbers: new PhiloxGenerator(5)), query, key, mask);
        FluentActions.Invoking(() => Composite.scaled_dot_product_attention(query, key, key, null, 1.5)).Should().Throw<Exception>().WithMessage("dropout probability*1.5*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void The_number_of_threads_changes_no_bit(double dropout)
    {
        int threads = WorkerPool.Shared.NumThreads;
        TensorImpl x = TensorData.Random(DType.Float32, 1, 6, 150, 32);
        byte[][] results = new[] { 1, 2, 5 }.Select(count =>
        {
            WorkerPool.Shared.NumThreads = count;
            TensorImpl[] forward = Aten._scaled_dot_product_flash_attention_for_cpu(x, x, x, null, true, 0.2, dropout, s_numbers);
            TensorImpl[] backward = Aten._scaled_dot_product_flash_attention_for_cpu_backward(x, x, x, x, forward[0], forward[1], null, true, 0.2, dropout, s_numbers);
            return (byte[])[.. TensorData.Bytes(forward[0]), .. backward.SelectMany(TensorData.Bytes)];
        }).ToArray();
        WorkerPool.Shared.NumThreads = threads;
        results[1].Should().Equal(results[0]);
        results[2].Should().Equal(results[0]);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        TensorImpl x = TensorData.Random(DType.Float32, 1, 2, 4, 3), y = TensorData.Random(DType.Float32, 1, 2, 4, 5);
        FluentActions.Invoking(() => Aten._scaled_dot_product_flash_attention_for_cpu(x, y, y, null, false, 1.0)).Should().Throw<Exception>().WithMessage("*[2, 4, 3]*");
    }

    private static double[] Reference(TensorImpl query, TensorImpl key, TensorImpl value, double scale, Func<int, int, int, double> mask)
    {
        int rows = (int)query.Sizes[^2], keys = (int)key.Sizes[^2], width = (int)query.Sizes[^1], valueWidth = (int)value.Sizes[^1];
        double[] q = TensorData.Values(query), k = TensorData.Values(key), v = TensorData.Values(value);
        int heads = q.Length / (rows * width);
        var result = new double[heads * rows * valueWidth];
        for (int head = 0; head < heads; head++)
        {
            for (int row = 0; row < rows; row++)
            {
                var weights = new double[keys];
                for (int column = 0; column < keys; column++)
                {
                    double score = 0;
                    for (int i = 0; i < width; i++)
                    {
                        score += q[(((head * rows) + row) * width) + i] * k[(((head * keys) + column) * width) + i];
                    }

                    weights[column] = Math.Exp((score * scale) + mask(head, row, column));
                }

                double total = weights.Sum();
                for (int i = 0; i < valueWidth; i++)
                {
                    result[(((head * rows) + row) * valueWidth) + i] =
                        weights.Select((weight, column) => weight / total * v[(((head * keys) + column) * valueWidth) + i]).Sum();
                }
            }
        }

        return result;
    }
}
