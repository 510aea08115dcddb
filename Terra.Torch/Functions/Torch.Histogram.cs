using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How many elements lie in each of a number of bins of equal width; the last includes its right edge, what lies outside is not counted.</summary>
    /// <param name="input">Floating-point numbers of any sizes.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="range">Where the first begins and the last ends; null for the smallest and the greatest element.</param>
    /// <param name="weight">What each element counts, in the input's sizes; null for one.</param>
    /// <param name="density">Whether to return the density of the distribution instead, whose integral is one.</param>
    /// <returns>The counts, and the edges of the bins.</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">There is no bin, or the weights do not fit.</exception>
    public static (Tensor hist, Tensor bin_edges) histogram(
        Tensor input, long bins, (double min, double max)? range = null, Tensor? weight = null, bool density = false)
    {
        if (bins <= 0)
        {
            throw ShapeErrors.Error($"histogram(): bins must be > 0, but got {bins}");
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor low, high;
        if (range is { } given)
        {
            (low, high) = (full([], given.min, input.dtype), full([], given.max, input.dtype));
        }
        else
        {
            (low, high) = input.numel() == 0 ? (zeros([], input.dtype), ones([], input.dtype)) : (input.detach().min(), input.detach().max());
        }

        Tensor isPoint = low.eq(high);
        (low, high) = (where(isPoint, low - 0.5, low), where(isPoint, high + 0.5, high));
        Tensor steps = arange(bins + 1, dtype: input.dtype);
        Tensor edges = where(steps.eq(bins), high, low + ((high - low) / bins * steps));
        return Counted(input, edges, weight, density);
    }

    /// <summary>How many elements lie in each of the bins between given edges.</summary>
    /// <inheritdoc cref="histogram(Tensor, long, ValueTuple{double, double}?, Tensor, bool)"/>
    /// <param name="bins">The edges in ascending order, one more than there are bins.</param>
    public static (Tensor hist, Tensor bin_edges) histogram(Tensor input, Tensor bins, Tensor? weight = null, bool density = false)
    {
        if (bins.dim() != 1 || bins.numel() < 2)
        {
            throw ShapeErrors.Error($"histogram(): the edges of the bins must be a vector of at least two, but got sizes {ShapeErrors.Text(bins.Impl.Sizes)}");
        }

        using DisposeScope scope = NewDisposeScope();
        return Counted(input, bins.clone(), weight, density);
    }

    private static (Tensor Counts, Tensor Edges) Counted(Tensor input, Tensor edges, Tensor? weight, bool density)
    {
        if (!input.is_floating_point())
        {
            throw ShapeErrors.NotImplemented("histogram", input.Impl.DType);
        }

        if (weight is not null && !weight.Impl.Sizes.SequenceEqual(input.Impl.Sizes))
        {
            throw ShapeErrors.Error(
                $"histogram(): if weight tensor is provided it should have the same shape as the input tensor, but got {ShapeErrors.Text(weight.Impl.Sizes)} and {ShapeErrors.Text(input.Impl.Sizes)}");
        }

        long bins = edges.numel() - 1;
        Tensor flat = input.detach().flatten(), first = edges[0], last = edges[bins];
        Tensor inside = flat.ge(first).logical_and(flat.le(last));
        Tensor bin = (searchsorted(edges, flat, right: true) - 1).clamp(0, bins - 1);
        Tensor counted = weight is null ? inside.to(input.dtype) : weight.detach().flatten().masked_fill(inside.logical_not(), 0);
        Tensor counts = zeros([bins], counted.dtype).index_add(0, bin, counted, 1);
        counts = density ? counts / counts.sum() / edges.diff() : counts;
        return (counts.MoveToOuterDisposeScope(), edges.MoveToOuterDisposeScope());
    }
}
