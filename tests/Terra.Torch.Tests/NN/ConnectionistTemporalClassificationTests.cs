using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

public sealed class ConnectionistTemporalClassificationTests
{
    private const int Steps = 5, Classes = 4;

    /// <summary>Sums the probabilities of all paths that collapse to the target.</summary>
    private static double Reference(double[,] logProbs, int steps, long[] target, long blank)
    {
        double total = 0;
        var path = new int[steps];
        for (int code = 0; code < (int)Math.Pow(Classes, steps); code++)
        {
            int rest = code;
            double sum = 0;
            for (int t = 0; t < steps; t++)
            {
                path[t] = rest % Classes;
                rest /= Classes;
                sum += logProbs[t, path[t]];
            }

            var collapsed = new List<long>();
            for (int t = 0; t < steps; t++)
            {
                if (path[t] != blank && (t == 0 || path[t] != path[t - 1]))
                {
                    collapsed.Add(path[t]);
                }
            }

            total += collapsed.SequenceEqual(target) ? Math.Exp(sum) : 0;
        }

        return -Math.Log(total);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_loss_sums_over_all_alignments(long blank)
    {
        manual_seed(11);
        long[][] targets = blank == 0 ? [[1, 2], [3, 3], [], [2]] : [[1, 0], [3, 3], [], [0]];
        long[] inputLengths = [5, 4, 3, 1], targetLengths = [2, 2, 0, 1];
        Tensor scores = randn([Steps, 4, Classes], float64), logProbs = functional.log_softmax(scores, 2);
        Tensor padded = nn.utils.rnn.pad_sequence(targets.Select(static t => tensor([.. t, .. new long[2 - t.Length]])), batch_first: true, padding_value: 1);
        Tensor flat = tensor(targets.SelectMany(static t => t).ToArray());
        double[] expected = new double[4];
        for (int n = 0; n < 4; n++)
        {
            var own = new double[Steps, Classes];
            for (int t = 0; t < Steps; t++)
            {
                for (int c = 0; c < Classes; c++)
                {
                    own[t, c] = logProbs[t, n, c].item<double>();
                }
            }

            expected[n] = Reference(own, (int)inputLengths[n], targets[n], blank);
        }

        foreach (Tensor given in new[] { padded, flat })
        {
            double[] losses = functional.ctc_loss(logProbs, given, tensor(inputLengths), tensor(targetLengths), blank, reduction: Reduction.None).data<double>().ToArray();
            for (int n = 0; n < 4; n++)
            {
                losses[n].Should().BeApproximately(expected[n], 1e-9);
            }
        }

        using TorchSharp.Modules.CTCLoss mean = CTCLoss(blank);
        mean.forward(logProbs, padded, tensor(inputLengths), tensor(targetLengths)).item<double>()
            .Should().BeApproximately(expected.Select((loss, n) => loss / Math.Max(1, targetLengths[n])).Average(), 1e-9);
    }

    [Fact]
    public void Gradients_are_what_finite_differences_give()
    {
        manual_seed(12);
        Tensor scores = randn([Steps, 2, Classes], float64), targets = tensor(new long[,] { { 1, 2, 2 }, { 3, 1, 1 } }), steps = tensor(new long[] { 5, 4 }), lengths = tensor(new long[] { 3, 2 });
        scores.requires_grad_();
        Tensor Loss(Tensor x) => functional.ctc_loss(functional.log_softmax(x, 2), targets, steps, lengths, reduction: Reduction.Sum);
        Loss(scores).backward();
        double[] gradient = scores.grad!.data<double>().ToArray();
        using IDisposable noGrad = no_grad();
        for (int i = 0; i < gradient.Length; i += 3)
        {
            Tensor up = scores.detach().clone(), down = scores.detach().clone();
            up.data<double>()[i / (2 * Classes), i / Classes % 2, i % Classes] += 1e-5;
            down.data<double>()[i / (2 * Classes), i / Classes % 2, i % Classes] -= 1e-5;
            gradient[i].Should().BeApproximately((Loss(up).item<double>() - Loss(down).item<double>()) / 2e-5, 1e-6);
        }
    }

    [Fact]
    public void Targets_that_do_not_fit_give_infinity_or_zero()
    {
        Tensor scores = zeros(2, 1, 3).requires_grad_(), logProbs = functional.log_softmax(scores, 2), targets = tensor(new long[,] { { 1, 1 } });
        Tensor steps = tensor(new long[] { 2 }), lengths = tensor(new long[] { 2 });
        functional.ctc_loss(logProbs, targets, steps, lengths).item<float>().Should().Be(float.PositiveInfinity);
        Tensor zero = functional.ctc_loss(logProbs, targets, steps, lengths, zero_infinity: true);
        zero.item<float>().Should().Be(0);
        zero.backward();
        scores.grad!.data<float>().ToArray().Should().OnlyContain(static value => value == 0);
        FluentActions.Invoking(() => functional.ctc_loss(logProbs, targets, tensor(new long[] { 3 }), lengths)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => functional.ctc_loss(logProbs, targets, steps, lengths, blank: 1)).Should().Throw<ArgumentException>().WithMessage("*blank*");
        functional.ctc_loss(logProbs.squeeze(1), tensor(new long[] { 2 }), steps, tensor(new long[] { 1 }), reduction: Reduction.None).dim().Should().Be(0);
    }
}
