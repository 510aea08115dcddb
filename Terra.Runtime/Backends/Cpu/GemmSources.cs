using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// One operand of a GEMM, as a matrix of elements (p, x): p is the depth that is summed over, x the row of the left operand or the column of
/// the right one. The matrix need not exist in memory: convolution's patches do not.
/// </summary>
internal abstract unsafe class GemmSource<T>
    where T : unmanaged
{
    /// <summary>
    /// Writes the elements with p0 ≤ p &lt; p0 + depth and x0 ≤ x &lt; x0 + count to
    /// <c>destination[(p - p0) * width + (x - x0)]</c>, and zeros for the rest of each row of <paramref name="width"/>.
    /// </summary>
    public abstract void Pack(long p0, int depth, long x0, int count, int width, T* destination);

    /// <summary>Where the elements lie, if that is a matter of two strides: element (p, x) at <c>origin[p * depthStride + x * stride]</c>.</summary>
    public virtual bool TryGetStrides(out T* origin, out long depthStride, out long stride)
    {
        origin = null;
        depthStride = stride = 0;
        return false;
    }
}

/// <summary>A matrix in memory with any strides.</summary>
internal sealed unsafe class StridedSource<T>(T* origin, long depthStride, long stride) : GemmSource<T>
    where T : unmanaged
{
    public override bool TryGetStrides(out T* first, out long perDepth, out long perElement)
    {
        first = origin;
        perDepth = depthStride;
        perElement = stride;
        return true;
    }

    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        T* from = origin + p0 * depthStride + x0 * stride;
        if (count < width)
        {
            for (int p = 0; p < depth; p++)
            {
                new Span<T>(destination + (long)p * width + count, width - count).Clear();
            }
        }

        if (stride == 1)
        {
            for (int p = 0; p < depth; p++)
            {
                new ReadOnlySpan<T>(from + p * depthStride, count).CopyTo(new Span<T>(destination + (long)p * width, count));
            }

            return;
        }

        int doneDepth = 0, doneCount = 0;
        if (depthStride == 1 && typeof(T) == typeof(float) && Avx.IsSupported)
        {
            doneDepth = depth & ~7;
            doneCount = count & ~7;
            for (int x = 0; x < doneCount; x += 8)
            {
                for (int p = 0; p < doneDepth; p += 8)
                {
                    Transpose8((float*)(from + x * stride + p), stride, (float*)(destination + (long)p * width + x), width);
                }
            }
        }

        PackElements(from, 0, depth, doneCount, count, width, destination);
        PackElements(from, doneDepth, depth, 0, doneCount, width, destination);
    }

    private void PackElements(T* from, int p0, int p1, int x0, int x1, int width, T* destination)
    {
        for (int x = x0; x < x1; x++)
        {
            T* source = from + x * stride;
            T* to = destination + x;
            for (int p = p0; p < p1; p++)
            {
                to[(long)p * width] = source[p * depthStride];
            }
        }
    }

    /// <summary>Writes the transpose of an 8 by 8 block: eight rows of the source become eight columns.</summary>
    private static void Transpose8(float* source, long sourceStride, float* destination, long destinationStride)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + sourceStride);
        Vector256<float> r2 = Vector256.Load(source + 2 * sourceStride), r3 = Vector256.Load(source + 3 * sourceStride);
        Vector256<float> r4 = Vector256.Load(source + 4 * sourceStride), r5 = Vector256.Load(source + 5 * sourceStride);
        Vector256<float> r6 = Vector256.Load(source + 6 * sourceStride), r7 = Vector256.Load(source + 7 * sourceStride);
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        r0 = Avx.Shuffle(a0, a2, 0x44);
        r1 = Avx.Shuffle(a0, a2, 0xEE);
        r2 = Avx.Shuffle(a1, a3, 0x44);
        r3 = Avx.Shuffle(a1, a3, 0xEE);
        r4 = Avx.Shuffle(a4, a6, 0x44);
        r5 = Avx.Shuffle(a4, a6, 0xEE);
        r6 = Avx.Shuffle(a5, a7, 0x44);
        r7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(r0, r4, 0x20).Store(destination);
        Avx.Permute2x128(r1, r5, 0x20).Store(destination + destinationStride);
        Avx.Permute2x128(r2, r6, 0x20).Store(destination + 2 * destinationStride);
        Avx.Permute2x128(r3, r7, 0x20).Store(destination + 3 * destinationStride);
        Avx.Permute2x128(r0, r4, 0x31).Store(destination + 4 * destinationStride);
        Avx.Permute2x128(r1, r5, 0x31).Store(destination + 5 * destinationStride);
        Avx.Permute2x128(r2, r6, 0x31).Store(destination + 6 * destinationStride);
        Avx.Permute2x128(r3, r7, 0x31).Store(destination + 7 * destinationStride);
    }
}

/// <summary>Another source with depth and the other index exchanged.</summary>
internal sealed unsafe class TransposedSource<T>(GemmSource<T> inner) : GemmSource<T>
    where T : unmanaged
{
    public override void Pack(long p0, int depth, long x0, int count, int width, T* destination)
    {
        using var rows = new Scratch<T>((long)count * depth);
        inner.Pack(x0, count, p0, depth, depth, rows.Pointer);
        new StridedSource<T>(rows.Pointer, 1, depth).Pack(0, depth, 0, count, width, destination);
    }
}
