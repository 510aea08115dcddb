namespace TorchSharp;

/// <summary>Ways to print a tensor.</summary>
public enum TensorStringStyle
{
    /// <summary>Sizes, dtype and device only.</summary>
    Metadata = 0,

    /// <summary>Aligned matrices.</summary>
    Julia = 1,

    /// <summary>Nested brackets.</summary>
    Numpy = 2,

    /// <summary>An array expression of C#.</summary>
    CSharp = 3,

    /// <summary>The style set by <see cref="torch.TensorStringStyle"/>.</summary>
    Default = 4,
}

public static partial class torch
{
    public const TensorStringStyle julia = TensorStringStyle.Julia;

    public const TensorStringStyle numpy = TensorStringStyle.Numpy;

    public const TensorStringStyle csharp = TensorStringStyle.CSharp;

    private static TensorStringStyle s_stringStyle = TensorStringStyle.Julia;

    /// <summary>The style of tensors printed without one.</summary>
    /// <exception cref="ArgumentException">On setting: the style is <see cref="TensorStringStyle.Default"/>.</exception>
    public static TensorStringStyle TensorStringStyle
    {
        get => s_stringStyle;
        set => s_stringStyle = value != TensorStringStyle.Default
            ? value
            : throw new ArgumentException("the default style cannot be 'Default'", nameof(value));
    }

    /// <summary>Sets how floating-point elements are printed: decimals, and whether with an exponent.</summary>
    public static void set_printoptions(int precision, int? linewidth = null, string? newLine = null, bool sci_mode = false, int? maxRows = null, int? maxColumns = null) =>
        set_printoptions(null, PrintOptions.FormatOf(precision, sci_mode), linewidth, newLine, maxRows, maxColumns);

    /// <summary>Sets how tensors are printed; what is left out stays as it is.</summary>
    public static void set_printoptions(TensorStringStyle? style = null, string? floatFormat = null, int? linewidth = null, string? newLine = null, int? maxRows = null, int? maxColumns = null)
    {
        TensorStringStyle = style ?? TensorStringStyle;
        PrintOptions.FloatFormat = floatFormat ?? PrintOptions.FloatFormat;
        PrintOptions.LineWidth = linewidth ?? PrintOptions.LineWidth;
        PrintOptions.NewLine = newLine ?? PrintOptions.NewLine;
        PrintOptions.MaxRows = maxRows ?? PrintOptions.MaxRows;
        PrintOptions.MaxColumns = maxColumns ?? PrintOptions.MaxColumns;
    }
}
