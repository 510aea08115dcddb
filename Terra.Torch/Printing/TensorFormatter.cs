using System.Globalization;
using System.Text;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

/// <summary>Turns a tensor into text in one of the <see cref="TensorStringStyle"/>s. Reads the elements once, when made.</summary>
internal sealed class TensorFormatter : IDisposable
{
    private readonly TensorImpl _elements;
    private readonly nint _data;
    private readonly string _floatFormat;
    private readonly CultureInfo _culture;
    private readonly string _newLine;
    private readonly int _width;
    private readonly StringBuilder _text = new();

    internal TensorFormatter(TensorImpl tensor, string? floatFormat, int? width, CultureInfo? culture, string? newLine)
    {
        _elements = Composite.contiguous(tensor);
        _data = _elements.ReadData();
        _floatFormat = floatFormat ?? PrintOptions.FloatFormat;
        _width = width ?? PrintOptions.LineWidth;
        _culture = culture ?? CultureInfo.CurrentCulture;
        _newLine = newLine ?? PrintOptions.NewLine;
    }

    /// <summary>Sizes, dtype and device.</summary>
    internal static string Metadata(torch.Tensor tensor) =>
        $"[{string.Join('x', tensor.shape)}], type = {tensor.dtype}, device = {tensor.device}";

    public void Dispose() => _elements.Dispose();

    /// <summary>Metadata, then each matrix with its columns aligned.</summary>
    internal string Julia(string metadata)
    {
        _text.Append(metadata);
        if (_elements.Rank == 0)
        {
            return _text.Append(", value = ").Append(Element(0, false)).ToString();
        }

        _text.Append(_newLine);
        int rank = _elements.Rank;
        long columns = _elements.Sizes[^1];
        long rows = rank == 1 ? 1 : _elements.Sizes[^2];
        long matrices = rows * columns == 0 ? 0 : _elements.NumberOfElements / (rows * columns);
        for (long i = 0; i < matrices; i++)
        {
            if (rank > 2)
            {
                _text.Append(i > 0 ? _newLine : "").Append(MatrixLabel(i)).Append(_newLine);
            }

            JuliaMatrix(i * rows * columns, rows, columns);
        }

        return _text.ToString();
    }

    /// <summary>Nested brackets, with the middle of long dimensions left out.</summary>
    internal string Numpy()
    {
        if (_elements.Rank == 0)
        {
            return Element(0, false);
        }

        NumpyBlock(0, 0, _elements.NumberOfElements);
        return _text.ToString();
    }

    /// <summary>Metadata, then a C# array expression, with the middle of long dimensions left out.</summary>
    internal string CSharp(string metadata)
    {
        _text.Append(metadata).Append(", value = ");
        int rank = _elements.Rank;
        if (rank == 0)
        {
            return _text.Append(Element(0, false)).ToString();
        }

        if (rank > 1)
        {
            _text.Append(_newLine);
        }

        _text.Append(TypeName()).Append(" [").Append(',', rank - 1).Append("] ");
        CSharpBlock(0, 0, _elements.NumberOfElements);
        return _text.ToString();
    }

    private void JuliaMatrix(long start, long rows, long columns)
    {
        var widths = new int[columns];
        for (long row = 0; row < rows; row++)
        {
            for (long column = 0; column < columns; column++)
            {
                widths[column] = Math.Max(widths[column], Element(start + (row * columns) + column, false).Length);
            }
        }

        (int left, int right) = FittingColumns(widths);
        for (long row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (column == left && left + right < columns)
                {
                    _text.Append(" ...");
                    column = (int)columns - right;
                }

                _text.Append(' ').Append(Element(start + (row * columns) + column, false).PadLeft(widths[column]));
            }

            _text.Append(_newLine);
        }
    }

    /// <summary>How many of the first and of the last columns fit on a line; all of them are in the first number if all do.</summary>
    private (int Left, int Right) FittingColumns(int[] widths)
    {
        int total = widths.Length + widths.Sum();
        if (total <= _width)
        {
            return (widths.Length, 0);
        }

        int left = 0, right = 0, used = " ...".Length;
        while (left + right < widths.Length)
        {
            bool fromLeft = left <= right;
            int next = 1 + (fromLeft ? widths[left] : widths[^(right + 1)]);
            if (used + next > _width && left > 0 && right > 0)
            {
                break;
            }

            used += next;
            (left, right) = fromLeft ? (left + 1, right) : (left, right + 1);
        }

        return (left, right);
    }

    private string MatrixLabel(long matrix)
    {
        var label = new StringBuilder("..,..] =");
        for (int i = _elements.Rank - 3; i >= 0; i--)
        {
            (matrix, long index) = Math.DivRem(matrix, _elements.Sizes[i]);
            label.Insert(0, string.Create(CultureInfo.InvariantCulture, $"{index},"));
        }

        return label.Insert(0, '[').ToString();
    }

    private void NumpyBlock(int dim, long start, long count)
    {
        _text.Append('[');
        long size = _elements.Sizes[dim];
        long each = size == 0 ? 0 : count / size;
        bool innermost = dim == _elements.Rank - 1;
        int limit = innermost ? PrintOptions.MaxColumns : PrintOptions.MaxRows;
        for (long i = 0; i < size; i++)
        {
            if (i > 0)
            {
                NumpySeparator(dim, innermost);
            }

            if (size > limit && i == limit / 2)
            {
                _text.Append("...").Append(innermost ? " " : "");
                i = size - (limit / 2);
                NumpySeparator(dim, innermost, isAfterEllipsis: true);
            }

            if (innermost)
            {
                _text.Append(Element(start + i, false));
            }
            else
            {
                NumpyBlock(dim + 1, start + (i * each), each);
            }
        }

        _text.Append(']');
    }

    private void NumpySeparator(int dim, bool innermost, bool isAfterEllipsis = false)
    {
        if (innermost)
        {
            _text.Append(isAfterEllipsis ? "" : ", ");
            return;
        }

        for (int i = dim; i < _elements.Rank - 1; i++)
        {
            _text.Append(_newLine);
        }

        _text.Append(' ', dim + 1);
    }

    private void CSharpBlock(int dim, long start, long count)
    {
        bool innermost = dim == _elements.Rank - 1;
        bool outermost = dim == 0 && !innermost;
        long size = _elements.Sizes[dim];
        long each = size == 0 ? 0 : count / size;
        int limit = innermost ? PrintOptions.MaxColumns : PrintOptions.MaxRows;
        string separator = innermost ? " " : _newLine + new string(' ', dim + 1);
        _text.Append('{').Append(outermost ? separator : "");
        for (long i = 0; i < size; i++)
        {
            if (i > 0)
            {
                _text.Append(',').Append(separator);
            }

            if (size > limit && i == limit / 2)
            {
                _text.Append("...").Append(separator);
                i = size - (limit / 2);
            }

            if (innermost)
            {
                _text.Append(Element(start + i, true));
            }
            else
            {
                CSharpBlock(dim + 1, start + (i * each), each);
            }
        }

        _text.Append(outermost ? _newLine : "").Append('}');
    }

    private string Element(long position, bool asLiteral)
    {
        ScalarValue value = ElementTypes.Read(_data + (nint)(position * _elements.DType.SizeInBytes()), _elements.DType);
        return _elements.DType switch
        {
            DType.Float32 => ((float)value.ToDouble()).ToString(_floatFormat, _culture) + (asLiteral ? "f" : ""),
            DType.Float64 => value.ToDouble().ToString(_floatFormat, _culture),
            DType.Float16 or DType.BFloat16 => (asLiteral ? $"({TypeName()})" : "") + ((float)value.ToDouble()).ToString(_floatFormat, _culture) + (asLiteral ? "f" : ""),
            DType.Bool when asLiteral => value.ToBoolean() ? "true" : "false",
            DType.Bool => value.ToBoolean().ToString(_culture),
            DType.Int64 when asLiteral => value.ToInt64().ToString(_culture) + "L",
            _ => value.ToInt64().ToString(_culture),
        };
    }

    private string TypeName() => _elements.DType switch
    {
        DType.Float32 => "float",
        DType.Float64 => "double",
        DType.Float16 => nameof(Half),
        DType.BFloat16 => nameof(BFloat16),
        DType.Int64 => "long",
        DType.Int32 => "int",
        DType.Int16 => "short",
        DType.Int8 => "sbyte",
        DType.UInt8 => "byte",
        _ => "bool",
    };
}
