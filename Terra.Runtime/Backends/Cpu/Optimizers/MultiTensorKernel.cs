using System.Collections.Concurrent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The elements an update gives to the tensors it writes, from those of all its tensors (in the same order) and its run-time numbers.
/// </summary>
internal delegate IrNode[] UpdateExpression(PointwiseBuilder builder, IrNode[] tensors, IrNode[] numbers);

/// <summary>
/// One element-wise update applied to many rows of tensors (a parameter, its gradient, its state) at once: the elements of all rows are shared
/// among the threads as if they were one tensor, so that a thousand small parameters cost one loop.
/// </summary>
internal sealed unsafe class MultiTensorKernel
{
    /// <summary>Fewer elements run on the caller's thread; threads take parts of this size.</summary>
    private const long Grain = 32768;

    private static readonly ConcurrentDictionary<(string Update, int Variant, DType DType), MultiTensorKernel> s_kernels = new();

    private readonly PointwiseKernel _kernel;
    private readonly int[] _written;
    private readonly int _tensors;
    private readonly DType _dtype;

    private MultiTensorKernel(UpdateExpression expression, int tensors, int[] written, int numbers, DType dtype)
    {
        var builder = new PointwiseBuilder();
        var inputs = new IrNode[tensors];
        for (int i = 0; i < tensors; i++)
        {
            inputs[i] = builder.NewInput(dtype);
        }

        var scalars = new IrNode[numbers];
        for (int i = 0; i < numbers; i++)
        {
            scalars[i] = builder.NewScalar(dtype);
        }

        _kernel = PointwiseKernel.Get(builder.Build(expression(builder, inputs, scalars)));
        (_tensors, _written, _dtype) = (tensors, written, dtype);
    }

    /// <summary>The kernel of an update; compiled when first asked for. Thread-safe.</summary>
    /// <param name="update">Names the update; always given with the same expression for a variant.</param>
    /// <param name="variant">Which form of the update.</param>
    /// <param name="dtype">Dtype of all tensors.</param>
    /// <param name="tensors">How many tensors make a row.</param>
    /// <param name="written">Which of them the expression gives new elements, in its order.</param>
    /// <param name="numbers">How many run-time numbers it takes.</param>
    /// <param name="expression">The update.</param>
    public static MultiTensorKernel Get(string update, int variant, DType dtype, int tensors, int[] written, int numbers, UpdateExpression expression) =>
        s_kernels.GetOrAdd(
            (update, variant, dtype),
            static (key, rest) => new MultiTensorKernel(rest.expression, rest.tensors, rest.written, rest.numbers, key.DType),
            (expression, tensors, written, numbers));

    /// <summary>Updates every row. All tensors of a row have the same sizes.</summary>
    /// <param name="columns">Per place in a row, the tensors of all rows.</param>
    /// <param name="numbers">The run-time numbers; rounded to the dtype of the tensors.</param>
    public void Run(TensorImpl[][] columns, ReadOnlySpan<double> numbers)
    {
        Span<long> scalars = stackalloc long[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            scalars[i] = IrConstant.FromDouble(numbers[i], _dtype);
        }

        int rows = columns[0].Length;
        var linear = new List<int>(rows);
        for (int row = 0; row < rows; row++)
        {
            if (IsLinear(columns, row))
            {
                linear.Add(row);
            }
            else
            {
                RunStrided(columns, row, scalars);
            }
        }

        RunLinear(columns, linear, scalars);
    }

    private static bool IsLinear(TensorImpl[][] columns, int row)
    {
        foreach (TensorImpl[] column in columns)
        {
            if (!column[row].Layout.IsContiguous)
            {
                return false;
            }
        }

        return true;
    }

    private void RunStrided(TensorImpl[][] columns, int row, ReadOnlySpan<long> scalars) =>
        _kernel.Run(Array.ConvertAll(columns, column => column[row]), Array.ConvertAll(_written, place => columns[place][row]), scalars);

    private void RunLinear(TensorImpl[][] columns, List<int> rows, Span<long> scalars)
    {
        int operands = _written.Length + _tensors;
        var addresses = new nint[rows.Count * operands];
        var starts = new long[rows.Count + 1];
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows[i], at = i * operands;
            foreach (int place in _written)
            {
                addresses[at++] = columns[place][row].Pointer;
            }

            foreach (TensorImpl[] column in columns)
            {
                addresses[at++] = column[row].Pointer;
            }

            starts[i + 1] = starts[i] + columns[0][row].NumberOfElements;
        }

        fixed (long* scalarBits = scalars)
        {
            nint bits = (nint)scalarBits;
            WorkerPool.Shared.For(starts[^1], Grain, (from, to) => RunPart(addresses, starts, bits, from, to));
        }
    }

    /// <summary>Elements [from, to) of all rows laid end to end.</summary>
    private void RunPart(nint[] addresses, long[] starts, nint scalars, long from, long to)
    {
        KernelCode code = _kernel.CodeFor(0);
        int operands = _written.Length + _tensors, size = _dtype.SizeInBytes();
        void** moved = stackalloc void*[operands];
        int row = Array.BinarySearch(starts, from);
        for (row = row < 0 ? ~row - 1 : row; from < to; row++)
        {
            long first = from - starts[row], count = Math.Min(to, starts[row + 1]) - from;
            for (int i = 0; i < operands; i++)
            {
                moved[i] = (byte*)addresses[(row * operands) + i] + (first * size);
            }

            if (count > 0)
            {
                _kernel.RunSegment(code, moved, 0, 0, (long*)scalars, count, 0);
            }

            from += count;
        }
    }
}
