using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>The distribution of a function, or several one after another, of a random variable.</summary>
public class TransformedDistribution : Distribution
{
    private Distribution _base = null!;
    private transforms.Transform[] _transforms = [];
    private bool _ownsBase;

    /// <summary>A distribution whose variable and functions a derived class says later.</summary>
    public TransformedDistribution(Generator? generator = null)
        : base(generator)
    {
    }

    /// <param name="base_distribution">The variable, which is not disposed of with this one.</param>
    /// <param name="transform">The function.</param>
    /// <param name="generator">Not used: the variable's distribution draws from its own.</param>
    public TransformedDistribution(Distribution base_distribution, transforms.Transform transform, Generator? generator = null)
        : this(base_distribution, [transform], generator)
    {
    }

    /// <inheritdoc cref="TransformedDistribution(Distribution, transforms.Transform, Generator)"/>
    /// <param name="transforms">The functions, the first one first.</param>
    /// <exception cref="ArgumentException">The variable has fewer dimensions than a function's argument.</exception>
    public TransformedDistribution(Distribution base_distribution, IEnumerable<transforms.Transform> transforms, Generator? generator = null)
        : base(generator) => _init(base_distribution, [.. transforms]);

    /// <exception cref="NotSupportedException">A derived class does not say what it is.</exception>
    public override Tensor mean => Missing("mean");

    /// <exception cref="NotSupportedException">A derived class does not say what it is.</exception>
    public override Tensor mode => Missing("mode");

    /// <exception cref="NotSupportedException">A derived class does not say what it is.</exception>
    public override Tensor variance => Missing("variance");

    /// <exception cref="NotSupportedException">A derived class does not say what the variance is.</exception>
    public override Tensor stddev => WrappedTensorDisposeScope(() => variance.sqrt());

    /// <summary>The variable's distribution.</summary>
    private protected Distribution Base => _base;

    public override Tensor rsample(params long[] sample_shape) => WrappedTensorDisposeScope(() => Transformed(_base.rsample(sample_shape)));

    public override Tensor sample(params long[] sample_shape) => WrappedTensorDisposeScope(() =>
    {
        using IDisposable constant = no_grad();
        return Transformed(_base.sample(sample_shape));
    });

    public override Tensor log_prob(Tensor value) => WrappedTensorDisposeScope(() =>
    {
        int dimensions = event_shape.Length;
        Tensor y = value;
        Tensor? stretch = null;
        for (int i = _transforms.Length - 1; i >= 0; i--)
        {
            transforms.Transform transform = _transforms[i];
            int own = transform.domain.event_dim;
            Tensor x = transform.Inverse(y);
            dimensions += own - transform.codomain.event_dim;
            Tensor term = SumRightmost(transform.LogAbsDetJacobian(x, y), dimensions - own);
            stretch = stretch is null ? term : stretch + term;
            y = x;
        }

        Tensor density = SumRightmost(_base.log_prob(y), dimensions - _base.event_shape.Length);
        return stretch is null ? density : density - stretch;
    });

    public override Tensor entropy() => Missing("entropy");

    public override Tensor cdf(Tensor value) => WrappedTensorDisposeScope(() =>
        Monotonized(_base.cdf(_transforms.Reverse().Aggregate(value.alias(), static (y, transform) => transform.Inverse(y)))));

    public override Tensor icdf(Tensor value) => WrappedTensorDisposeScope(() => Transformed(_base.icdf(Monotonized(value))));

    public override Distribution expand(Size batch_shape, Distribution? instance = null) => Expanded(batch_shape, instance);

    /// <inheritdoc cref="expand"/>
    private protected virtual Distribution Expanded(Size batch, Distribution? instance)
    {
        TransformedDistribution expanded = Target(instance, () => new TransformedDistribution(Source));
        long[] sizes = [.. batch.Shape, .. event_shape.Shape];
        sizes = _transforms.Reverse().Aggregate(sizes, static (shape, transform) => transform.inverse_shape(shape));
        expanded.InitOwned(_base.expand(new Size(sizes[..^_base.event_shape.Length])), _transforms);
        return expanded;
    }

    /// <summary>Says which variable and functions, the first one first.</summary>
    /// <exception cref="ArgumentException">The variable has fewer dimensions than a function's argument.</exception>
    protected void _init(Distribution base_distribution, transforms.Transform[] transforms)
    {
        var all = new distributions.transforms.ComposeTransform(transforms);
        long[] sizes = [.. base_distribution.batch_shape.Shape, .. base_distribution.event_shape.Shape];
        int arguments = all.domain.event_dim, events = base_distribution.event_shape.Length;
        if (sizes.Length < arguments)
        {
            throw new ArgumentException(
                $"TransformedDistribution: needs a variable of at least {arguments} dimensions, but 'base_distribution' has sizes [{string.Join(", ", sizes)}]", nameof(base_distribution));
        }

        if (_ownsBase)
        {
            _base.Dispose();
        }

        long[] values = all.forward_shape(sizes), wider = all.inverse_shape(values);
        (_transforms, _base, _ownsBase) = (transforms, base_distribution, false);
        if (!wider.AsSpan().SequenceEqual(sizes))
        {
            (_base, _ownsBase) = (base_distribution.expand(new Size(wider[..^events])), true);
        }

        int cut = values.Length - all.codomain.event_dim - Math.Max(events - arguments, 0);
        _init(values[..cut], values[cut..]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsBase)
        {
            _base.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>As <see cref="_init(Distribution, transforms.Transform[])"/>, with a variable that is disposed of with this one.</summary>
    private protected void InitOwned(Distribution variable, transforms.Transform[] functions)
    {
        _init(variable, functions);
        if (!ReferenceEquals(_base, variable))
        {
            variable.Dispose();
        }

        _ownsBase = true;
    }

    private Tensor Transformed(Tensor draws) => _transforms.Aggregate(draws, static (x, transform) => transform.Call(x));

    /// <summary>Probabilities of what is not above a value from those of the variable, or the other way round: one minus them where the functions fall.</summary>
    private Tensor Monotonized(Tensor probability)
    {
        Tensor direction = new transforms.ComposeTransform(_transforms).Direction();
        return (direction * (probability - 0.5)) + 0.5;
    }
}
