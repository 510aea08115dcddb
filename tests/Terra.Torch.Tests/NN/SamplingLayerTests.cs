using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.NN;

/// <summary>Reading at positions of a grid, and pooling by norms and back.</summary>
public sealed class SamplingLayerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_identity_map_gives_the_input(bool align)
    {
        Tensor image = randn(2, 3, 4, 5), volume = randn([1, 2, 3, 4, 5]);
        Tensor plane = affine_identity(2, 2), space = affine_identity(1, 3);
        functional.grid_sample(image, functional.affine_grid(plane, [2, 3, 4, 5], align), align_corners: align).allclose(image, atol: 1e-5).Should().BeTrue();
        functional.grid_sample(volume, functional.affine_grid(space, [1, 2, 3, 4, 5], align), GridSampleMode.Nearest, align_corners: align).allclose(volume).Should().BeTrue();

        static Tensor affine_identity(long batch, int dimensions) => eye(dimensions, dimensions + 1).unsqueeze(0).expand(batch, -1, -1);
    }

    [Theory]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, false)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Border, true)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, false)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, true)]
    [InlineData(GridSampleMode.Nearest, GridSamplePaddingMode.Zeros, true)]
    [InlineData(GridSampleMode.Nearest, GridSamplePaddingMode.Reflection, false)]
    public void Samples_are_those_of_a_plain_loop(GridSampleMode mode, GridSamplePaddingMode padding, bool align)
    {
        manual_seed(13);
        const int Height = 4, Width = 3;
        Tensor image = randn([1, 1, Height, Width], float64), grid = rand([1, 5, 6, 2], float64) * 5 - 2.5;
        Tensor actual = functional.grid_sample(image, grid, mode, padding, align);
        actual.shape.Should().Equal(1, 1, 5, 6);
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 6; j++)
            {
                double x = Place(grid[0, i, j, 0].item<double>(), Width), y = Place(grid[0, i, j, 1].item<double>(), Height);
                double expected = mode == GridSampleMode.Nearest
                    ? At(Math.Round(y), Math.Round(x))
                    : Enumerable.Range(0, 4).Sum(corner =>
                    {
                        double top = Math.Floor(y) + (corner / 2), left = Math.Floor(x) + (corner % 2);
                        return At(top, left) * (1 - Math.Abs(y - top)) * (1 - Math.Abs(x - left));
                    });
                actual[0, 0, i, j].item<double>().Should().BeApproximately(expected, 1e-9);
            }
        }

        double At(double row, double column) => row is >= 0 and < Height && column is >= 0 and < Width ? image[0, 0, (long)row, (long)column].item<double>() : 0;

        double Place(double position, int size)
        {
            double at = align ? (position + 1) / 2 * (size - 1) : (((position + 1) * size) - 1) / 2;
            double low = align ? 0 : -0.5, high = align ? size - 1 : size - 0.5;
            while (padding == GridSamplePaddingMode.Reflection && (at < low || at > high))
            {
                at = at < low ? (2 * low) - at : (2 * high) - at;
            }

            return padding == GridSamplePaddingMode.Zeros ? at : Math.Clamp(at, 0, size - 1);
        }
    }

    [Fact]
    public void Grids_get_gradients()
    {
        manual_seed(14);
        Tensor image = randn([1, 2, 4, 4], float64), theta = tensor(new double[,,] { { { 0.8, 0.1, 0.05 }, { -0.2, 0.7, 0.1 } } }).requires_grad_();
        Tensor Loss(Tensor map) => functional.grid_sample(image, functional.affine_grid(map, [1, 2, 3, 3])).square().sum();
        Loss(theta).backward();
        double[] gradient = theta.grad!.data<double>().ToArray();
        for (int i = 0; i < gradient.Length; i++)
        {
            Tensor up = theta.detach().clone(), down = theta.detach().clone();
            up.data<double>()[0, i / 3, i % 3] += 1e-6;
            down.data<double>()[0, i / 3, i % 3] -= 1e-6;
            gradient[i].Should().BeApproximately((Loss(up).item<double>() - Loss(down).item<double>()) / 2e-6, 1e-5);
        }

        FluentActions.Invoking(() => functional.grid_sample(image, zeros(1, 3, 3, 3))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => functional.affine_grid(theta, [2, 1, 3, 3])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Unpooling_puts_maxima_back()
    {
        manual_seed(15);
        Tensor image = randn(2, 3, 6, 5);
        using MaxPool2d pool = MaxPool2d(2);
        using MaxUnpool2d unpool = MaxUnpool2d(2);
        (Tensor maxima, Tensor indices) = pool.forward_with_indices(image);
        unpool.Invoking(u => u.call(maxima, indices)).Should().Throw<System.Runtime.InteropServices.ExternalException>("the plane it would make by default is smaller");
        Tensor back = unpool.call(maxima, indices, [6, 5]);
        back.shape.Should().Equal(2, 3, 6, 5);
        back.sum().item<float>().Should().BeApproximately(maxima.sum().item<float>(), 1e-3f);
        back.ne(0).logical_and(back.ne(image)).any().item<bool>().Should().BeFalse();
        using MaxPool1d line = MaxPool1d(3);
        using MaxUnpool1d unline = MaxUnpool1d(3);
        (Tensor peaks, Tensor at) = line.forward_with_indices(tensor(new[,] { { 1f, 5, 2, 7, 3, 4 } }));
        unline.call(peaks, at).data<float>().ToArray().Should().Equal(0, 5, 0, 7, 0, 0);
        Tensor volume = randn([1, 2, 4, 4, 4]);
        using MaxPool3d pool3 = MaxPool3d(2);
        using MaxUnpool3d unpool3 = MaxUnpool3d(2);
        (Tensor maxima3, Tensor indices3) = pool3.forward_with_indices(volume);
        unpool3.call(maxima3, indices3).shape.Should().Equal(volume.shape);
        FluentActions.Invoking(() => unpool.call(maxima, indices[0])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Pooling_by_norms()
    {
        Tensor line = tensor(new[,,] { { { 1f, 2, 3, 4, 5 } } });
        using LPPool1d pool = LPPool1d(2, 2);
        pool.forward(line).data<float>().ToArray().Should().BeEquivalentTo([MathF.Sqrt(5), 5f], static options => options.Using<float>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-5f)).WhenTypeIs<float>());
        using LPPool2d plane = LPPool2d(1, 2);
        plane.forward(ones(1, 1, 4, 4)).data<float>().ToArray().Should().OnlyContain(static value => value == 4);
    }

    [Fact]
    public void The_gamma_functions_agree_with_each_other()
    {
        Tensor x = tensor(new[] { 0.7, 1.5, 2.5, 6 }).requires_grad_();
        x.lgamma().exp()[3].item<double>().Should().BeApproximately(120, 1e-9);
        x.mvlgamma(1).allclose(x.lgamma()).Should().BeTrue();
        (x + 1).mvlgamma(2).allclose((x + 1).lgamma() + (x + 0.5).lgamma() + (0.5 * Math.Log(Math.PI))).Should().BeTrue();
        autograd.grad([x.lgamma().sum()], [x])[0].allclose(x.digamma()).Should().BeTrue();
        special.polygamma(0, x).allclose(special.psi(x)).Should().BeTrue();
        special.polygamma(1, ones(1, float64)).item<double>().Should().BeApproximately(Math.PI * Math.PI / 6, 1e-12);
        special.entr(tensor(new[] { 0.0, 1, -1, 0.5 })).data<double>().ToArray().Should().Equal(0, 0, double.NegativeInfinity, 0.5 * Math.Log(2));
        special.ndtr(zeros(1, float64)).item<double>().Should().Be(0.5);
        special.xlog1py(zeros(1), tensor(new[] { -1f })).item<float>().Should().Be(0);
    }
}
