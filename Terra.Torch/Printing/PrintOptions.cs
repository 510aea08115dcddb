using System.Globalization;

namespace TorchSharp;

/// <summary>How tensors are printed where the caller does not say; set by <see cref="torch.set_printoptions(TensorStringStyle?, string, int?, string, int?, int?)"/>.</summary>
internal static class PrintOptions
{
    internal static string FloatFormat { get; set; } = "g5";

    internal static int LineWidth { get; set; } = 100;

    internal static string NewLine { get; set; } = Environment.NewLine;

    /// <summary>Longer dimensions, other than the last, show their first and last half of this many entries.</summary>
    internal static int MaxRows { get; set; } = 6;

    /// <summary>As <see cref="MaxRows"/>, for the last dimension.</summary>
    internal static int MaxColumns { get; set; } = 6;

    internal static string FormatOf(int precision, bool scientific) =>
        (scientific ? "E" : "F") + precision.ToString(CultureInfo.InvariantCulture);
}
