using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests;

public sealed class OptimTests
{
    private const int Steps = 12;
    private static readonly double[] s_start = [0.5, -1, 2, 0.1];

    /// <summary>The gradient every test uses: of Σ (x - 1)² / 2 plus a wobble, so that moments matter.</summary>
    private static double[] Gradient(double[] x, int step) => x.Select((value, i) => value - 1 + (0.3 * Math.Sin(step + i))).ToArray();

    /// <summary>Runs an optimizer on float64 parameters and compares each step with a reference that updates an array.</summary>
    internal static void ShouldFollow(Func<Parameter, optim.Optimizer> create, Action<double[], double[], int> reference)
    {
        using Parameter parameter = Parameter(tensor(s_start));
        using optim.Optimizer optimizer = create(parameter);
        double[] expected = [.. s_start];
        for (int step = 1; step <= Steps; step++)
        {
            double[] gradient = Gradient(parameter.data<double>().ToArray(), step);
            optimizer.zero_grad();
            parameter.grad = tensor(gradient);
            optimizer.step();
            reference(expected, gradient, step);
            double[] actual = parameter.data<double>().ToArray();
            for (int i = 0; i < expected.Length; i++)
            {
                actual[i].Should().BeApproximately(expected[i], 1e-12, $"step {step}, element {i}");
            }
        }
    }

    [Theory]
    [InlineData(0, 0, 0, false, false)]
    [InlineData(0.9, 0, 0, false, false)]
    [InlineData(0.9, 0.1, 0.01, false, false)]
    [InlineData(0.9, 0, 0.01, true, false)]
    [InlineData(0.5, 0, 0, false, true)]
    public void SGD_follows_its_formula(double momentum, double dampening, double decay, bool nesterov, bool maximize)
    {
        double[]? buffer = null;
        ShouldFollow(
            parameter => optim.SGD([parameter], 0.1, momentum, dampening, decay, nesterov, maximize),
            (x, gradient, _) =>
            {
                double[] g = gradient.Select((value, i) => (maximize ? -value : value) + (decay * x[i])).ToArray();
                bool isFirst = buffer is null;
                buffer ??= new double[g.Length];
                for (int i = 0; i < x.Length; i++)
                {
                    buffer[i] = (momentum * buffer[i]) + (isFirst ? g[i] : (1 - dampening) * g[i]);
                    x[i] -= 0.1 * (momentum == 0 ? g[i] : nesterov ? g[i] + (momentum * buffer[i]) : buffer[i]);
                }
            });
    }

    [Theory]
    [InlineData(false, 0, false, false)]
    [InlineData(false, 0.1, false, false)]
    [InlineData(false, 0, true, true)]
    [InlineData(true, 0.1, false, false)]
    [InlineData(true, 0, true, false)]
    public void Adam_and_AdamW_follow_their_formulas(bool decoupled, double decay, bool amsgrad, bool maximize)
    {
        const double Lr = 0.05, Beta1 = 0.8, Beta2 = 0.99, Eps = 1e-8;
        double[] m = new double[4], v = new double[4], greatest = new double[4];
        ShouldFollow(
            parameter => decoupled
                ? optim.AdamW([parameter], Lr, Beta1, Beta2, Eps, decay, amsgrad, maximize)
                : optim.Adam([parameter], Lr, Beta1, Beta2, Eps, decay, amsgrad, maximize),
            (x, gradient, step) =>
            {
                for (int i = 0; i < x.Length; i++)
                {
                    double g = (maximize ? -gradient[i] : gradient[i]) + (decoupled ? 0 : decay * x[i]);
                    x[i] *= decoupled ? 1 - (Lr * decay) : 1;
                    m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
                    v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
                    greatest[i] = Math.Max(greatest[i], v[i]);
                    double second = amsgrad ? greatest[i] : v[i];
                    x[i] -= Lr * (m[i] / (1 - Math.Pow(Beta1, step))) / (Math.Sqrt(second / (1 - Math.Pow(Beta2, step))) + Eps);
                }
            });
    }

    [Fact]
    public void Groups_have_options_of_their_own_and_fall_back_to_the_optimizers()
    {
        using Parameter slow = Parameter(ones(1)), fast = Parameter(ones(1));
        using SGD optimizer = optim.SGD(
            [new SGD.ParamGroup([slow], new SGD.Options { LearningRate = 0.1 }), new SGD.ParamGroup { Parameters = [fast] }], 1.0, momentum: 0.5);
        optimizer.ParamGroups.Select(group => group.LearningRate).Should().Equal(0.1, 1.0);
        slow.grad = ones(1);
        fast.grad = ones(1);
        optimizer.step();
        slow.item<float>().Should().BeApproximately(0.9f, 1e-6f);
        fast.item<float>().Should().BeApproximately(0f, 1e-6f);
        optimizer.Momentum.Should().Be(0.5);
    }

    [Theory]
    [InlineData(0, false, 0, false)]
    [InlineData(0.9, false, 0.1, false)]
    [InlineData(0, true, 0, true)]
    [InlineData(0.5, true, 0.1, false)]
    public void RMSProp_follows_its_formula(double momentum, bool centered, double decay, bool maximize)
    {
        const double Lr = 0.05, Alpha = 0.9, Eps = 1e-8;
        double[] squares = new double[4], averages = new double[4], buffer = new double[4];
        ShouldFollow(
            parameter => optim.RMSProp([parameter], Lr, Alpha, Eps, decay, momentum, centered, maximize),
            (x, gradient, _) =>
            {
                for (int i = 0; i < x.Length; i++)
                {
                    double g = (maximize ? -gradient[i] : gradient[i]) + (decay * x[i]);
                    squares[i] = (Alpha * squares[i]) + ((1 - Alpha) * g * g);
                    averages[i] = (Alpha * averages[i]) + ((1 - Alpha) * g);
                    double change = g / (Math.Sqrt(squares[i] - (centered ? averages[i] * averages[i] : 0)) + Eps);
                    buffer[i] = (momentum * buffer[i]) + change;
                    x[i] -= Lr * (momentum > 0 ? buffer[i] : change);
                }
            });
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.1, 0.01, 0.5)]
    public void Adagrad_follows_its_formula(double rateDecay, double decay, double initial)
    {
        double[] sums = [initial, initial, initial, initial];
        ShouldFollow(
            parameter => optim.Adagrad([parameter], 0.1, rateDecay, decay, initial, 1e-10),
            (x, gradient, step) =>
            {
                for (int i = 0; i < x.Length; i++)
                {
                    double g = gradient[i] + (decay * x[i]);
                    sums[i] += g * g;
                    x[i] -= 0.1 / (1 + ((step - 1) * rateDecay)) * g / (Math.Sqrt(sums[i]) + 1e-10);
                }
            });
    }

    [Fact]
    public void Parameters_without_a_gradient_stay_as_they_are()
    {
        using Parameter used = Parameter(ones(1)), unused = Parameter(ones(1));
        using Adam optimizer = optim.Adam([used, unused]);
        used.grad = ones(1);
        optimizer.step();
        unused.item<float>().Should().Be(1);
        used.item<float>().Should().BeLessThan(1);
        optimizer.zero_grad();
        used.grad.Should().BeNull();
    }

    [Fact]
    public void Step_returns_the_closures_loss_computed_with_autograd_on()
    {
        using Parameter parameter = Parameter(tensor(new[] { 3f }));
        using SGD optimizer = optim.SGD([parameter], 0.5);
        using IDisposable noGrad = no_grad();
        Tensor? loss = optimizer.step(() =>
        {
            Tensor square = parameter.square().sum();
            square.backward();
            return square;
        });
        loss!.item<float>().Should().Be(9);
        parameter.item<float>().Should().Be(0);
    }

    [Fact]
    public void A_restored_state_goes_on_with_the_same_bits()
    {
        static void Train(Linear layer, optim.Optimizer optimizer, int from, int to)
        {
            for (int step = from; step < to; step++)
            {
                optimizer.zero_grad();
                layer.call(full([4, 3], step + 1f)).square().sum().backward();
                optimizer.step();
            }
        }

        using Linear original = Linear(3, 2);
        using AdamW optimizer = optim.AdamW(original.parameters(), 0.01);
        Train(original, optimizer, 0, 3);

        using Linear copy = Linear(3, 2);
        copy.load_state_dict(original.state_dict());
        using AdamW resumed = optim.AdamW(copy.parameters(), 0.5);
        resumed.load_state_dict(optimizer.state_dict());

        Train(original, optimizer, 3, 6);
        Train(copy, resumed, 3, 6);
        copy.weight.data<float>().ToArray().Should().Equal(original.weight.data<float>().ToArray());
        resumed.state_dict().State.Zip(optimizer.state_dict().State).Should().OnlyContain(pair => pair.First.ApproximatelyEquals(pair.Second));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using Parameter parameter = Parameter(ones(1));
        FluentActions.Invoking(() => optim.SGD([parameter], -1)).Should().Throw<ArgumentException>().WithMessage("*learning rate -1*");
        FluentActions.Invoking(() => optim.SGD([parameter], 1, nesterov: true)).Should().Throw<ArgumentException>().WithMessage("*Nesterov*");
        FluentActions.Invoking(() => optim.Adam([parameter], beta1: 1)).Should().Throw<ArgumentException>().WithMessage("*betas*");
    }

    [Fact]
    public void Clipping_by_norm_scales_all_gradients_alike_and_returns_the_norm()
    {
        using Parameter first = Parameter(zeros(2)), second = Parameter(zeros(1)), unused = Parameter(zeros(1));
        first.grad = tensor(new[] { 3f, 0f });
        second.grad = tensor(new[] { 4f });
        nn.utils.clip_grad_norm_([first, second, unused], 1).Should().BeApproximately(5, 1e-6);
        first.grad!.data<float>().ToArray()[0].Should().BeApproximately(0.6f, 1e-5f);
        second.grad!.data<float>().ToArray()[0].Should().BeApproximately(0.8f, 1e-5f);
        nn.utils.clip_grad_norm_([first, second], 10, double.PositiveInfinity).Should().BeApproximately(0.8, 1e-5);
        second.grad.data<float>().ToArray()[0].Should().BeApproximately(0.8f, 1e-5f);
        nn.utils.clip_grad_value_([first], 0.25);
        first.grad.data<float>().ToArray().Should().Equal(0.25f, 0f);
    }

    [Fact]
    public void Parameters_go_into_a_vector_and_back()
    {
        using Linear layer = Linear(3, 2);
        using Tensor vector = nn.utils.parameters_to_vector(layer.parameters());
        vector.shape.Should().Equal(8L);
        nn.utils.vector_to_parameters(arange(8, dtype: float32), layer.parameters());
        layer.weight.data<float>().ToArray().Should().Equal(0f, 1f, 2f, 3f, 4f, 5f);
        layer.bias!.data<float>().ToArray().Should().Equal(6f, 7f);
    }
}
