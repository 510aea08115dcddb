using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sizes, dtype and device; reads no element.</summary>
        public override string ToString() => ToString(TensorStringStyle.Metadata);

        /// <summary>The tensor in the default style; only its metadata if <paramref name="disamb"/> is false.</summary>
        public string ToString(bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null) =>
            disamb ? ToString(TensorStringStyle.Default, fltFormat, width, cultureInfo, newLine) : ToString();

        /// <summary>The tensor in a style.</summary>
        /// <param name="fltFormat">The .NET format of floating-point elements.</param>
        /// <param name="width">Characters on a line, beyond which the Julia style leaves out columns.</param>
        public string ToString(TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
        {
            if (style == TensorStringStyle.Default)
            {
                style = torch.TensorStringStyle;
            }

            if (style == TensorStringStyle.Metadata)
            {
                return TensorFormatter.Metadata(this);
            }

            using var formatter = new TensorFormatter(Impl, fltFormat, width, cultureInfo, newLine);
            return style switch
            {
                TensorStringStyle.Numpy => formatter.Numpy(),
                TensorStringStyle.CSharp => formatter.CSharp(TensorFormatter.Metadata(this)),
                _ => formatter.Julia(TensorFormatter.Metadata(this)),
            };
        }
    }
}
