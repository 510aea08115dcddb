using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What the convolution layers share: parameters, their initial values, padding.</summary>
public abstract class Convolution : Module<Tensor, Tensor>
{
    private Parameter? _bias;
    private Parameter _weight;

    /// <summary>Weight and bias start uniform in ±1/√fan_in, weight drawn first.</summary>
    /// <exception cref="ArgumentException">The channels do not divide into the groups.</exception>
    protected Convolution(
        string name,
        long in_channels,
        long out_channels,
        long[] kernel_size,
        long[] stride,
        long[]? padding,
        Padding? padding_type,
        long[] dilation,
        bool transposed,
        long[] output_padding,
        long groups,
        bool bias,
        PaddingModes padding_mode,
        Device? device = null,
        ScalarType? dtype = null)
        : base(name)
    {
        if (groups <= 0 || in_channels % groups != 0 || out_channels % groups != 0)
        {
            throw new ArgumentException(
                $"in_channels ({in_channels}) and out_channels ({out_channels}) must be divisible by groups ({groups})", nameof(groups));
        }

        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding ?? new long[kernel_size.Length];
        this.padding_type = padding_type;
        this.dilation = dilation;
        this.transposed = transposed;
        this.output_padding = output_padding;
        this.groups = groups;
        this.padding_mode = padding_mode;

        long[] channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
        _weight = new Parameter(empty([.. channels, .. kernel_size], dtype, device));
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = new Parameter(empty([out_channels], dtype, device));
            register_parameter("bias", _bias);
        }

        reset_parameters();
    }

    /// <summary>(out_channels), or null.</summary>
    public Parameter? bias
    {
        get => _bias;
        set
        {
            _bias = value;
            ConditionallyRegisterParameter("bias", value);
        }
    }

    /// <summary>(out_channels, in_channels / groups, *kernel_size); transposed (in_channels, out_channels / groups, *kernel_size).</summary>
    public Parameter weight
    {
        get => _weight;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _weight = value;
            ConditionallyRegisterParameter("weight", value);
        }
    }

    public long in_channels { get; }

    public long out_channels { get; }

    public bool transposed { get; }

    /// <summary>The padding in words, if it was given so.</summary>
    public Padding? padding_type { get; private set; }

    public long[] padding { get; private set; }

    public PaddingModes padding_mode { get; set; }

    public long groups { get; set; }

    public long[] kernel_size { get; set; }

    public long[] stride { get; set; }

    public long[] dilation { get; set; }

    public long[] output_padding { get; set; }

    /// <summary>Sets the padding on both sides of each dimension.</summary>
    public void SetPadding(long[] padding)
    {
        this.padding = padding;
        padding_type = null;
    }

    /// <summary>Sets the padding in words.</summary>
    public void SetPadding(Padding padding)
    {
        this.padding = new long[kernel_size.Length];
        padding_type = padding;
    }

    /// <summary>Draws weight and bias anew.</summary>
    public void reset_parameters()
    {
        init.kaiming_uniform_(_weight, a: Math.Sqrt(5));
        if (_bias is not null)
        {
            init.UniformByFanIn(_bias, init.CalculateFanInAndFanOut(_weight).fanIn);
        }
    }

    /// <summary>Whether the input has the layer's channels and number of dimensions, with or without a batch.</summary>
    protected bool ValidateShape(Tensor input, long dimensions)
    {
        long rank = input.Impl.Rank;
        return rank == dimensions + 2 ? input.Impl.Sizes[1] == in_channels : rank == dimensions + 1 && input.Impl.Sizes[0] == in_channels;
    }

    /// <exception cref="ArgumentException">The input's shape does not fit the layer.</exception>
    private protected void CheckShape(Tensor input, int dimensions)
    {
        if (!ValidateShape(input, dimensions))
        {
            throw new ArgumentException(
                $"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input with {in_channels} channels to {GetName()}, "
                + $"but got input of size: [{string.Join(", ", input.shape)}]");
        }
    }

    /// <summary>The padding of one dimension on each side, in numbers.</summary>
    private protected (long Before, long After) PaddingOf(int dimension)
    {
        if (padding_type is not { } words)
        {
            return (padding[dimension], padding[dimension]);
        }

        long total = words == Padding.Same ? dilation[dimension] * (kernel_size[dimension] - 1) : 0;
        return (total / 2, total - (total / 2));
    }

    /// <summary>The input widened as the padding mode says; the convolution itself then pads nothing.</summary>
    private protected Tensor PadByMode(Tensor input)
    {
        int dimensions = kernel_size.Length;
        var widths = new long[2 * dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            (widths[2 * (dimensions - 1 - i)], widths[(2 * (dimensions - 1 - i)) + 1]) = PaddingOf(i);
        }

        return functional.pad(input, widths, padding_mode);
    }
}
