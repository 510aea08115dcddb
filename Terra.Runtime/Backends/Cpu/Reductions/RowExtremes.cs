using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The greatest or least element of each row of a row-major tensor and where it is first: found while the row lies in the nearest cache. A NaN counts as the extreme.
/// </summary>
internal static unsafe class RowExtremes
{
    private const int Side = 4;

    /// <summary>Fewer rows of more elements are reduced by parts, on several threads each.</summary>
    private const long EnoughRows = 16;

    /// <summary>Whether an extreme of these dimensions is one of rows.</summary>
    /// <param name="input">What is reduced.</param>
    /// <param name="reduced">For each dimension, whether it is reduced.</param>
    public static bool Takes(TensorImpl input, ReadOnlySpan<bool> reduced)
    {
        if (input.Rank == 0 || input.NumberOfElements == 0 || !input.Layout.IsContiguous || !reduced[^1] || reduced[..^1].Contains(true))
        {
            return false;
        }

        return input.NumberOfElements <= PointwiseKernel.ParallelGrain || input.NumberOfElements / input.Sizes[^1] >= EnoughRows;
    }

    /// <summary>Finds them.</summary>
    /// <param name="op">The op, for errors.</param>
    /// <param name="input">What is reduced.</param>
    /// <param name="isMaximum">Greatest elements, not least ones.</param>
    /// <param name="values">Contiguous, of the input's dtype; null if only places are wanted.</param>
    /// <param name="indices">Contiguous Int64.</param>
    public static void Find(string op, TensorImpl input, bool isMaximum, TensorImpl? values, TensorImpl indices) =>
        ElementTypes.ByNumber(op, input.DType, new FindRows(input, isMaximum, values, indices));

    /// <summary>The first place of a row's extreme.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Place<T>(T* row, long count, bool isMaximum)
        where T : unmanaged, INumber<T>
    {
        long i = 0;
        T extreme = row[0];
        if (count >= Side * Vector512<T>.Count)
        {
            Vector512<T> a = Vector512.Load(row), b = a, c = a, d = a, ordered = Vector512<T>.AllBitsSet;
            for (; i + (Side * Vector512<T>.Count) <= count; i += Side * Vector512<T>.Count)
            {
                Vector512<T> first = Vector512.Load(row + i), second = Vector512.Load(row + i + Vector512<T>.Count);
                Vector512<T> third = Vector512.Load(row + i + (2 * Vector512<T>.Count)), fourth = Vector512.Load(row + i + (3 * Vector512<T>.Count));
                ordered &= Vector512.Equals(first, first) & Vector512.Equals(second, second) & Vector512.Equals(third, third) & Vector512.Equals(fourth, fourth);
                a = Further(a, first, isMaximum);
                b = Further(b, second, isMaximum);
                c = Further(c, third, isMaximum);
                d = Further(d, fourth, isMaximum);
            }

            if (Vector512.EqualsAny(ordered.AsByte(), Vector512<byte>.Zero))
            {
                return PlaceOfNaN(row);
            }

            a = Further(Further(a, b, isMaximum), Further(c, d, isMaximum), isMaximum);
            extreme = a[0];
            for (int lane = 1; lane < Vector512<T>.Count; lane++)
            {
                extreme = IsFurther(a[lane], extreme, isMaximum) ? a[lane] : extreme;
            }
        }

        for (; i < count; i++)
        {
            if (T.IsNaN(row[i]))
            {
                return PlaceOfNaN(row);
            }

            extreme = IsFurther(row[i], extreme, isMaximum) ? row[i] : extreme;
        }

        for (i = 0; i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
        {
            Vector512<T> found = Vector512.Equals(Vector512.Load(row + i), Vector512.Create(extreme));
            if (found != Vector512<T>.Zero)
            {
                return i + BitOperations.TrailingZeroCount(found.ExtractMostSignificantBits());
            }
        }

        while (row[i] != extreme)
        {
            i++;
        }

        return i;
    }

    /// <summary>The further of two numbers, lane by lane; any of them beside NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Further<T>(Vector512<T> a, Vector512<T> b, bool isMaximum) => isMaximum ? Vector512.MaxNative(a, b) : Vector512.MinNative(a, b);

    private static bool IsFurther<T>(T value, T than, bool isMaximum)
        where T : unmanaged, INumber<T> => isMaximum ? value > than : value < than;

    private static long PlaceOfNaN<T>(T* row)
        where T : unmanaged, INumber<T>
    {
        long i = 0;
        while (!T.IsNaN(row[i]))
        {
            i++;
        }

        return i;
    }

    private readonly struct FindRows(TensorImpl input, bool isMaximum, TensorImpl? values, TensorImpl indices) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            long length = input.Sizes[^1];
            T* from = (T*)input.Pointer, to = values is null ? null : (T*)values.Pointer;
            long* places = (long*)indices.Pointer;
            bool maximum = isMaximum;
            WorkerPool.Shared.For(input.NumberOfElements / length, Math.Max(1, PointwiseKernel.ParallelGrain / length), (first, end) =>
            {
                for (long row = first; row < end; row++)
                {
                    long place = Place(from + (row * length), length, maximum);
                    places[row] = place;
                    if (to is not null)
                    {
                        to[row] = from[(row * length) + place];
                    }
                }
            });
        }
    }
}
