using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Autograd;
using Xunit;

namespace Terra.Runtime.Tests.Heavy;

[Collection(nameof(TerraRuntime))]
public sealed class RecurrentTests
{
    private const int Steps = 5, Batch = 3, Size = 19;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Layers_follow_their_formulas(bool reverse)
    {
        double[] Sigmoid(double[] x) => Array.ConvertAll(x, v => 1 / (1 + Math.Exp(-v)));
        TensorImpl hidden = TensorData.Random(DType.Float64, 1, Batch, Size), memory = TensorData.Random(DType.Float64, 2, Batch, Size);
        foreach (string kind in new[] { "lstm", "gru", "tanh", "relu" })
        {
            int gates = kind == "lstm" ? 4 : kind == "gru" ? 3 : 1;
            TensorImpl input = TensorData.Random(DType.Float64, 3, Steps, Batch, gates * Size), weight = TensorData.Random(DType.Float64, 4, gates * Size, Size);
            TensorImpl bias = TensorData.Random(DType.Float64, 5, 3 * Size);
            TensorImpl output = kind switch
            {
                "lstm" => Aten._lstm_layer(input, hidden, memory, weight, reverse)[0],
                "gru" => Aten._gru_layer(input, hidden, weight, bias, reverse)[0],
                _ => Aten._rnn_layer(input, hidden, weight, kind, reverse),
            };
            double[] x = TensorData.Values(input), w = TensorData.Values(weight), b = TensorData.Values(bias);
            var expected = new double[Steps * Batch * Size];
            for (int n = 0; n < Batch; n++)
            {
                double[] h = TensorData.Values(hidden)[(n * Size)..((n + 1) * Size)], c = TensorData.Values(memory)[(n * Size)..((n + 1) * Size)];
                for (int turn = 0; turn < Steps; turn++)
                {
                    int step = reverse ? Steps - 1 - turn : turn;
                    double[] Part(int gate) => x[((((step * Batch) + n) * gates * Size) + (gate * Size))..][..Size];
                    double[] Product(int gate) => [.. Enumerable.Range(gate * Size, Size).Select(row => Enumerable.Range(0, Size).Sum(j => w[(row * Size) + j] * h[j]) + (kind == "gru" ? b[row] : 0))];
                    double[] Sum(int gate) => [.. Part(gate).Zip(Product(gate), (p, q) => p + q)];
                    if (kind == "lstm")
                    {
                        double[] i = Sigmoid(Sum(0)), f = Sigmoid(Sum(1)), g = Array.ConvertAll(Sum(2), Math.Tanh), o = Sigmoid(Sum(3));
                        c = [.. c.Select((value, j) => (f[j] * value) + (i[j] * g[j]))];
                        h = [.. c.Select((value, j) => o[j] * Math.Tanh(value))];
                    }
                    else if (kind == "gru")
                    {
                        double[] r = Sigmoid(Sum(0)), z = Sigmoid(Sum(1)), own = Part(2), hiddenSum = Product(2);
                        double[] candidate = [.. own.Select((value, j) => Math.Tanh(value + (r[j] * hiddenSum[j])))];
                        h = [.. h.Select((value, j) => ((1 - z[j]) * candidate[j]) + (z[j] * value))];
                    }
                    else
                    {
                        h = Array.ConvertAll(Sum(0), value => kind == "tanh" ? Math.Tanh(value) : Math.Max(value, 0));
                    }

                    h.CopyTo(expected, ((step * Batch) + n) * Size);
                }
            }

            Checks.Close(output, expected, 1e-12);
        }
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    [InlineData(false, 1)]
    public void Gradients_agree_with_finite_differences(bool reverse, long steps)
    {
        TensorImpl Gates(long count) => TestTensors.Sample(1, steps, 2, count * 3);
        TensorImpl Weight(long count) => TestTensors.Sample(2, count * 3, 3);
        TensorImpl State(int seed) => TestTensors.Sample(seed, 2, 3);
        GradCheck.Verify(x => Aten._lstm_layer(x[0], x[1], x[2], x[3], reverse)[0], Gates(4), State(3), State(4), Weight(4));
        GradCheck.Verify(x => Aten._lstm_layer(x[0], x[1], x[2], x[3], reverse)[1], Gates(4), State(3), State(4), Weight(4));
        GradCheck.Verify(x => Aten._gru_layer(x[0], x[1], x[2], x[3], reverse)[0], Gates(3), State(3), Weight(3), TestTensors.Sample(5, 9));
        GradCheck.Verify(x => Aten._gru_layer(x[0], x[1], x[2], null, reverse)[0], Gates(3), State(3), Weight(3));
        GradCheck.Verify(x => Aten._rnn_layer(x[0], x[1], x[2], "tanh", reverse), Gates(1), State(3), Weight(1));
        GradCheck.Verify(x => Aten._rnn_layer(x[0], x[1], x[2], "relu", reverse), Gates(1), State(3), Weight(1));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        int threads = WorkerPool.Shared.NumThreads;
        TensorImpl gates = TensorData.Random(DType.Float32, 1, 6, 21, 4 * 40), state = TensorData.Random(DType.Float32, 2, 21, 40), weight = TensorData.Random(DType.Float32, 3, 4 * 40, 40);
        byte[][] results = new[] { 1, 2, 5 }.Select(count =>
        {
            WorkerPool.Shared.NumThreads = count;
            TensorImpl[] forward = Aten._lstm_layer(gates, state, state, weight, false);
            TensorImpl[] backward = Aten._lstm_layer_backward(state, state, weight, forward[0], forward[1], forward[2], forward[0], null, false);
            return (byte[])[.. TensorData.Bytes(forward[0]), .. backward.SelectMany(TensorData.Bytes)];
        }).ToArray();
        WorkerPool.Shared.NumThreads = threads;
        results[1].Should().Equal(results[0]);
        results[2].Should().Equal(results[0]);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        TensorImpl gates = TensorData.Random(DType.Float32, 1, 2, 3, 16), state = TensorData.Random(DType.Float32, 1, 3, 4), weight = TensorData.Random(DType.Float32, 1, 16, 5);
        FluentActions.Invoking(() => Aten._lstm_layer(gates, state, state, weight, false)).Should().Throw<Exception>().WithMessage("*weight_hh*[16, 4]*");
        FluentActions.Invoking(() => Aten._rnn_layer(gates, state, state, "sinh", false)).Should().Throw<Exception>().WithMessage("*sinh*");
    }
}
