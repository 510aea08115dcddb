using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of the array's elements and sizes, copied.</summary>
    /// <exception cref="NotSupportedException">No dtype has such elements.</exception>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>A tensor of the array's elements and sizes, copied and converted to <paramref name="dtype"/>.</summary>
    /// <exception cref="NotSupportedException">No dtype has such elements.</exception>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        long[] sizes = Sizes(rawArray);
        return rawArray switch
        {
            bool[] or bool[,] or bool[,,] or bool[,,,] => FromElements(Elements<bool>(rawArray), sizes, dtype, device, requires_grad, names),
            _ => ElementTypes.Of(rawArray.GetType().GetElementType()!) switch
            {
                DType.Float32 => FromElements(Elements<float>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.Float64 => FromElements(Elements<double>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.Int64 => FromElements(Elements<long>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.Int32 => FromElements(Elements<int>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.Int16 => FromElements(Elements<short>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.Float16 => FromElements(Elements<Half>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.BFloat16 => FromElements(Elements<BFloat16>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.Int8 => FromElements(Elements<sbyte>(rawArray), sizes, dtype, device, requires_grad, names),
                DType.UInt8 => FromElements(Elements<byte>(rawArray), sizes, dtype, device, requires_grad, names),
                _ => FromElements(Elements<bool>(rawArray), sizes, dtype, device, requires_grad, names),
            },
        };
    }

    /// <summary>A tensor of the array's elements and sizes, copied.</summary>
    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    /// <summary>The tensor itself in another handle, or a converted copy if <paramref name="dtype"/> differs from its own.</summary>
    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null)
    {
        RequireCpu(device);
        return dtype is { } wanted && wanted != data.dtype ? data.to_type(wanted) : data.SameTensor();
    }

    /// <summary>A 0-dimensional tensor of a value.</summary>
    internal static unsafe Tensor FromScalar<T>(T value, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        RequireCpu(device);
        DType own = ElementTypes.Of<T>();
        DType stored = dtype?.Native() ?? own;
        TensorImpl impl = TensorImpl.Allocate(Layout.Scalar, stored);
        if (stored == own)
        {
            *(T*)impl.Pointer = value;
        }
        else
        {
            ElementTypes.Write(impl.Pointer, stored, ElementTypes.Read((nint)(&value), own));
        }

        return NewLeaf(impl, requires_grad);
    }

    /// <summary>A tensor of these elements in row-major order, copied.</summary>
    /// <exception cref="ArgumentException">There are not as many elements as the sizes say.</exception>
    internal static unsafe Tensor FromElements<T>(ReadOnlySpan<T> elements, ReadOnlySpan<long> sizes, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
        where T : unmanaged
    {
        RequireCpu(device);
        RejectNames(names);
        Layout layout = Layout.Contiguous(sizes.ToArray());
        if (layout.NumberOfElements != elements.Length)
        {
            throw new ArgumentException(
                $"mismatched total size creating a tensor from an array: {layout.NumberOfElements} vs. {elements.Length}");
        }

        DType own = ElementTypes.Of<T>();
        TensorImpl impl = TensorImpl.Allocate(layout, own);
        elements.CopyTo(new Span<T>((void*)impl.Pointer, elements.Length));
        DType stored = dtype?.Native() ?? own;
        if (stored != own)
        {
            using TensorImpl unconverted = impl;
            impl = Aten._to_copy(unconverted, stored);
        }

        return NewLeaf(impl, requires_grad);
    }

    /// <summary>A tensor the program just made, whose gradient it may ask for.</summary>
    private static Tensor NewLeaf(TensorImpl impl, bool requires_grad)
    {
        var tensor = new Tensor(impl);
        return requires_grad ? tensor.requires_grad_() : tensor;
    }

    private static ReadOnlySpan<T> Elements<T>(IList<T> list) => list switch
    {
        T[] array => array,
        List<T> elements => CollectionsMarshal.AsSpan(elements),
        _ => list.ToArray(),
    };

    /// <summary>The elements of an array of any rank in row-major order.</summary>
    private static ReadOnlySpan<T> Elements<T>(Array array) => array.Length == 0
        ? []
        : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static long[] Sizes(Array array)
    {
        var sizes = new long[array.Rank];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = array.GetLongLength(i);
        }

        return sizes;
    }

    private static void RejectNames(string[]? names)
    {
        if (names is { Length: > 0 })
        {
            throw new NotSupportedException("named dimensions are not supported by Terra: leave 'names' out");
        }
    }
}
