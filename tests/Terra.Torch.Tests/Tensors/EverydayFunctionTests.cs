using System.Runtime.InteropServices;
using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

/// <summary>Functions against values of PyTorch's documentation, or worked out by hand.</summary>
public sealed class EverydayFunctionTests
{
    [Fact]
    public void Elements_as_nested_lists()
    {
        tensor(2.5f).tolist().Should().Be(2.5f);
        tensor(new long[,] { { 1, 2 }, { 3, 4 } }).t().tolist().Should().BeEquivalentTo(
            new List<object> { new List<object> { 1L, 3L }, new List<object> { 2L, 4L } }, static options => options.WithStrictOrdering());
        zeros([2, 0]).tolist().Should().BeEquivalentTo(new List<object> { new List<object>(), new List<object>() });
        tensor(new[] { true, false }).tolist().Should().BeEquivalentTo(new List<object> { true, false }, static options => options.WithStrictOrdering());
    }

    [Fact]
    public void What_is_not_zero_dimension_by_dimension()
    {
        IList<Tensor> places = tensor(new[,] { { 0f, 2 }, { 3, 0 }, { 0, 4 } }).nonzero_as_list();
        places.Should().HaveCount(2);
        places[0].data<long>().ToArray().Should().Equal(0, 1, 2);
        places[1].data<long>().ToArray().Should().Equal(1, 0, 1);
    }

    [Fact]
    public void A_tensor_becomes_a_parameter()
    {
        Tensor data = ones(2);
        using Parameter parameter = data.AsParameter();
        parameter.requires_grad.Should().BeTrue();
        parameter.data<float>().ToArray().Should().Equal(1, 1);
        data.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void The_most_frequent_element()
    {
        Tensor rows = tensor(new long[,] { { 0, 0, 0, 2, 0, 0, 2 }, { 0, 3, 0, 0, 2, 0, 1 }, { 2, 2, 2, 0, 0, 0, 3 }, { 2, 2, 3, 0, 1, 1, 0 }, { 1, 1, 0, 0, 2, 0, 2 } });
        (Tensor values, Tensor indices) = mode(rows, 0);
        values.data<long>().ToArray().Should().Equal(0, 2, 0, 0, 0, 0, 2);
        indices.data<long>().ToArray().Should().Equal(1, 3, 4, 4, 2, 4, 4);
        rows.mode(1, keepdim: true).values.shape.Should().Equal(5L, 1L);
        tensor(7f).mode().values.item<float>().Should().Be(7);
        using Tensor x = tensor(new[] { 3f, 1, 3, 2 }, requires_grad: true);
        (x.mode().values * 5).backward();
        x.grad!.data<float>().ToArray().Should().Equal(0, 0, 5, 0);
    }

    [Fact]
    public void Running_sums_of_exponentials()
    {
        double[] numbers = [-0.42, 700, 0.3, -1000, 701];
        using Tensor x = tensor(numbers, requires_grad: true), sums = logcumsumexp(x, 0);
        double[] expected = [-0.42, 700, 700, 700, 701 + Math.Log(1 + Math.Exp(-1))];
        sums.data<double>().ToArray().Zip(expected).Should().OnlyContain(static pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        sums[4].backward();
        double[] softmax = x.detach().softmax(0).data<double>().ToArray();
        x.grad!.data<double>().ToArray().Zip(softmax).Should().OnlyContain(static pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        logcumsumexp(tensor(new double[,] { { 0, 1 }, { 0, 1 } }), 0).data<double>().ToArray()[2].Should().BeApproximately(Math.Log(2), 1e-15);
        logcumsumexp(tensor(3.0), 0).item<double>().Should().Be(3);
    }

    [Fact]
    public void Histograms()
    {
        (Tensor counts, Tensor edges) = histogram(tensor(new[] { 1f, 2, 1 }), 4, (0, 3), tensor(new[] { 1f, 2, 4 }));
        counts.data<float>().ToArray().Should().Equal(0, 5, 2, 0);
        edges.data<float>().ToArray().Should().Equal(0, 0.75f, 1.5f, 2.25f, 3);
        histogram(tensor(new[] { 1f, 2, 1 }), 4, (0, 3), tensor(new[] { 1f, 2, 4 }), density: true).hist.allclose(tensor(new[] { 0f, 0.9524f, 0.3810f, 0 }), atol: 1e-4).Should().BeTrue();
        (Tensor own, Tensor ownEdges) = histogram(tensor(new[] { 1.0, 5, 2, 3, double.NaN, 3 }).nan_to_num(3), 2);
        own.data<double>().ToArray().Should().Equal(2, 4);
        ownEdges.data<double>().ToArray().Should().Equal(1, 3, 5);
        histogram(tensor(new[] { -1f, 0, 1, 2, 5, 6, float.NaN }), tensor(new[] { 0f, 1, 5 })).hist.data<float>().ToArray().Should().Equal(1, 3);
        histogram(full([3], 2.0), 2).hist.data<float>().ToArray().Should().Equal(0, 3);
        FluentActions.Invoking(() => histogram(ones(2), 0L)).Should().Throw<ExternalException>().WithMessage("*bins must be > 0*");
        FluentActions.Invoking(() => histogram(ones(2), 3, null, ones(3))).Should().Throw<ExternalException>().WithMessage("*same shape*");
        FluentActions.Invoking(() => histogram(ones([2], ScalarType.Int64), 3)).Should().Throw<ExternalException>();
    }

    [Fact]
    public void Memory_in_given_strides()
    {
        using Tensor x = empty_strided([2, 3], [1, 2], requires_grad: true);
        x.stride().Should().Equal(1L, 2L);
        x.is_leaf.Should().BeTrue();
        (x + arange(6).reshape(2, 3)).sum().backward();
        x.grad!.shape.Should().Equal(2L, 3L);
        empty_strided([0, 3], [5, 1]).numel().Should().Be(0);
        FluentActions.Invoking(() => empty_strided([2], [1, 2])).Should().Throw<ExternalException>();
    }
}
