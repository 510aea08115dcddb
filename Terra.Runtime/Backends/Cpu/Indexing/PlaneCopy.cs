using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Copies a plane of elements of 1, 2, 4 or 8 bytes between any two pairs of strides (in bytes), on the caller's thread: rows that are contiguous on both sides as vectors,
/// columns that become rows through registers (<see cref="MatrixTranspose"/>), all else row by row.
/// </summary>
internal static unsafe class PlaneCopy
{
    private const int Vector = 32, CacheLine = 64;

    /// <summary>Rows of so many bytes are written from cache line to cache line.</summary>
    private const long LongRow = 512;

    public static void Run(
        byte* source, long sourceRow, long sourceColumn, byte* target, long targetRow, long targetColumn, long rows, long columns, int elementSize)
    {
        if (targetColumn != elementSize && targetRow == elementSize)
        {
            (sourceRow, sourceColumn) = (sourceColumn, sourceRow);
            (targetRow, targetColumn) = (targetColumn, targetRow);
            (rows, columns) = (columns, rows);
        }

        if (sourceColumn == elementSize && targetColumn == elementSize)
        {
            Rows(source, sourceRow, target, targetRow, rows, columns * elementSize);
        }
        else if (Math.Abs(sourceRow) == elementSize && targetColumn == elementSize && rows > 1)
        {
            if (sourceRow < 0)
            {
                source += (rows - 1) * sourceRow;
                target += (rows - 1) * targetRow;
                targetRow = -targetRow;
            }

            Transpose(source, sourceColumn, target, targetRow, rows, columns, elementSize);
        }
        else
        {
            for (long row = 0; row < rows; row++)
            {
                StridedCopy.Run(source + (row * sourceRow), sourceColumn, target + (row * targetRow), targetColumn, columns, elementSize);
            }
        }
    }

    private static void Transpose(byte* source, long sourceColumn, byte* target, long targetRow, long rows, long columns, int elementSize)
    {
        switch (elementSize)
        {
            case 4:
                MatrixTranspose.Run((float*)source, sourceColumn / 4, columns, rows, (float*)target, targetRow / 4);
                break;
            case 8:
                MatrixTranspose.Run((double*)source, sourceColumn / 8, columns, rows, (double*)target, targetRow / 8);
                break;
            case 2:
                MatrixTranspose.Run((short*)source, sourceColumn / 2, columns, rows, (short*)target, targetRow / 2);
                break;
            default:
                MatrixTranspose.Run(source, sourceColumn, columns, rows, target, targetRow);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(byte* source, long sourceRow, byte* target, long targetRow, long rows, long bytes)
    {
        for (; rows > 0; rows--, source += sourceRow, target += targetRow)
        {
            Row(source, target, bytes);
        }
    }

    /// <summary>Copies neighbouring bytes to memory that does not overlap them. The last vector overlaps the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(byte* source, byte* target, long bytes)
    {
        if (bytes < Vector)
        {
            ShortRow(source, target, bytes);
            return;
        }

        long at = 0, last = bytes - Vector;
        if (bytes >= LongRow)
        {
            Vector256.Load(source).Store(target);
            at = (Vector - ((nint)target & (Vector - 1))) & (Vector - 1);
            for (; at <= bytes - (2 * CacheLine); at += 2 * CacheLine)
            {
                Vector256<byte> a = Vector256.Load(source + at), b = Vector256.Load(source + at + Vector);
                Vector256<byte> c = Vector256.Load(source + at + (2 * Vector)), d = Vector256.Load(source + at + (3 * Vector));
                a.Store(target + at);
                b.Store(target + at + Vector);
                c.Store(target + at + (2 * Vector));
                d.Store(target + at + (3 * Vector));
            }
        }

        for (; at < last; at += Vector)
        {
            Vector256.Load(source + at).Store(target + at);
        }

        Vector256.Load(source + last).Store(target + last);
    }

    /// <summary>Fewer bytes than a vector, as two numbers that overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ShortRow(byte* source, byte* target, long bytes)
    {
        if (bytes >= 16)
        {
            Vector128<byte> first = Vector128.Load(source), rest = Vector128.Load(source + bytes - 16);
            first.Store(target);
            rest.Store(target + bytes - 16);
        }
        else if (bytes >= 8)
        {
            long first = *(long*)source, rest = *(long*)(source + bytes - 8);
            *(long*)target = first;
            *(long*)(target + bytes - 8) = rest;
        }
        else if (bytes >= 4)
        {
            int first = *(int*)source, rest = *(int*)(source + bytes - 4);
            *(int*)target = first;
            *(int*)(target + bytes - 4) = rest;
        }
        else
        {
            for (long i = 0; i < bytes; i++)
            {
                target[i] = source[i];
            }
        }
    }
}
