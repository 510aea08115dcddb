using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests;

/// <summary>The optimizers that make their steps of single ops, against formulas over arrays.</summary>
public sealed class OptimFurtherTests
{
    private const double Lr = 0.05, Beta1 = 0.8, Beta2 = 0.95, Eps = 1e-6, Decay = 0.1;

    [Fact]
    public void Adadelta_follows_its_formula()
    {
        double[] squares = new double[4], deltas = new double[4];
        OptimTests.ShouldFollow(
            parameter => optim.Adadelta([parameter], Lr, 0.9, Eps, Decay, maximize: true),
            (x, gradient, _) =>
            {
                for (int i = 0; i < x.Length; i++)
                {
                    double g = -gradient[i] + (Decay * x[i]);
                    squares[i] = (0.9 * squares[i]) + (0.1 * g * g);
                    double delta = Math.Sqrt(deltas[i] + Eps) / Math.Sqrt(squares[i] + Eps) * g;
                    deltas[i] = (0.9 * deltas[i]) + (0.1 * delta * delta);
                    x[i] -= Lr * delta;
                }
            });
    }

    [Fact]
    public void Adamax_follows_its_formula()
    {
        double[] average = new double[4], greatest = new double[4];
        OptimTests.ShouldFollow(
            parameter => optim.Adamax([parameter], Lr, Beta1, Beta2, Eps, Decay),
            (x, gradient, step) =>
            {
                for (int i = 0; i < x.Length; i++)
                {
                    double g = gradient[i] + (Decay * x[i]);
                    average[i] = (Beta1 * average[i]) + ((1 - Beta1) * g);
                    greatest[i] = Math.Max(Beta2 * greatest[i], Math.Abs(g) + Eps);
                    x[i] -= Lr / (1 - Math.Pow(Beta1, step)) * average[i] / greatest[i];
                }
            });
    }

    [Fact]
    public void NAdam_follows_its_formula()
    {
        double[] m = new double[4], v = new double[4];
        double product = 1;
        OptimTests.ShouldFollow(
            parameter => optim.NAdam([parameter], Lr, Beta1, Beta2, Eps, Decay, 0.01),
            (x, gradient, step) =>
            {
                double mu = Beta1 * (1 - (0.5 * Math.Pow(0.96, step * 0.01))), next = Beta1 * (1 - (0.5 * Math.Pow(0.96, (step + 1) * 0.01)));
                product *= mu;
                for (int i = 0; i < x.Length; i++)
                {
                    double g = gradient[i] + (Decay * x[i]);
                    m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
                    v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
                    double momentum = (next * m[i] / (1 - (product * next))) + ((1 - mu) * g / (1 - product));
                    x[i] -= Lr * momentum / (Math.Sqrt(v[i] / (1 - Math.Pow(Beta2, step))) + Eps);
                }
            });
    }

    [Fact]
    public void RAdam_follows_its_formula()
    {
        double[] m = new double[4], v = new double[4];
        double longest = (2 / (1 - Beta2)) - 1;
        OptimTests.ShouldFollow(
            parameter => optim.RAdam([parameter], Lr, Beta1, Beta2, Eps, Decay),
            (x, gradient, step) =>
            {
                double rest = Math.Pow(Beta2, step), length = longest - (2 * step * rest / (1 - rest));
                for (int i = 0; i < x.Length; i++)
                {
                    double g = gradient[i] + (Decay * x[i]);
                    m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
                    v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
                    double corrected = m[i] / (1 - Math.Pow(Beta1, step));
                    double rectified = length > 5
                        ? Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) * Math.Sqrt(1 - rest) / (Math.Sqrt(v[i]) + Eps)
                        : 1;
                    x[i] -= Lr * corrected * rectified;
                }
            });
    }

    [Fact]
    public void Rprop_follows_its_formula()
    {
        double[] previous = new double[4], sizes = [Lr, Lr, Lr, Lr];
        OptimTests.ShouldFollow(
            parameter => optim.Rprop([parameter], Lr, 0.5, 1.3, 1e-3, 0.4),
            (x, gradient, _) =>
            {
                for (int i = 0; i < x.Length; i++)
                {
                    double agreement = gradient[i] * previous[i];
                    sizes[i] = Math.Clamp(sizes[i] * (agreement > 0 ? 1.3 : agreement < 0 ? 0.5 : 1), 1e-3, 0.4);
                    previous[i] = agreement < 0 ? 0 : gradient[i];
                    x[i] -= Math.Sign(previous[i]) * sizes[i];
                }
            });
    }

    [Fact]
    public void ASGD_follows_its_formula_and_averages()
    {
        double eta = Lr, mu = 1;
        double[] average = new double[4];
        ASGD? optimizer = null;
        OptimTests.ShouldFollow(
            parameter => optimizer = optim.ASGD([parameter], Lr, 0.01, 0.75, 3, Decay),
            (x, gradient, step) =>
            {
                for (int i = 0; i < x.Length; i++)
                {
                    x[i] = (x[i] * (1 - (0.01 * eta))) - (eta * (gradient[i] + (Decay * x[i])));
                    average[i] += mu * (x[i] - average[i]);
                }

                eta = Lr / Math.Pow(1 + (0.01 * Lr * step), 0.75);
                mu = 1 / Math.Max(1, step - 3.0);
                var state = (ASGD.State)optimizer!.state_dict().State[0];
                double[] kept = state.ax.data<double>().ToArray();
                for (int i = 0; i < kept.Length; i++)
                {
                    kept[i].Should().BeApproximately(average[i], 1e-12);
                }
            });
    }

    [Fact]
    public void LBFGS_finds_the_minimum_of_a_quadratic_form_in_few_steps()
    {
        Tensor matrix = tensor(new double[,] { { 4, 1, 0 }, { 1, 3, -1 }, { 0, -1, 2 } }), right = tensor(new double[] { 1, 2, 3 });
        using Parameter x = Parameter(zeros(2, dtype: float64)), last = Parameter(zeros(1, dtype: float64));
        using LBFGS optimizer = optim.LBFGS([x, last], lr: 1, max_iter: 40);
        int calls = 0;
        Tensor Closure()
        {
            calls++;
            optimizer.zero_grad();
            Tensor all = cat([x, last]), loss = (0.5 * all.dot(matrix.mv(all))) - right.dot(all);
            loss.backward();
            return loss;
        }

        optimizer.step(Closure)!.ToDouble().Should().Be(0);
        Tensor solution = linalg.solve(matrix, right);
        (cat([x, last]).detach() - solution).abs().max().ToDouble().Should().BeLessThan(1e-4);
        calls.Should().BeLessThan(25);
        optimizer.step(Closure);
        optimizer.LearningRate.Should().Be(1);
        optimizer.Invoking(o => o.step(null)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using Parameter x = Parameter(zeros(2));
        FluentActions.Invoking(() => optim.Rprop([x], etaplus: 0.9)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => optim.RAdam([x], beta1: 1)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => optim.Adadelta([x], rho: -1)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => optim.LBFGS([x], history_size: -1)).Should().Throw<ArgumentException>();
    }
}
