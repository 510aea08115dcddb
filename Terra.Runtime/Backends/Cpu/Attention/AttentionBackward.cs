using System.Numerics;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The gradients of attention head by head: blocks of weights are computed again from the scores and the logarithms of their sums. Within a head the
/// blocks of keys are taken in order, and for each the blocks of queries.
/// </summary>
internal sealed unsafe class AttentionBackward<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 128;

    /// <summary>Elements between the lines of blocks beyond their width.</summary>
    private const int LineGap = 16;

    private readonly AttentionOperand<T> _gradient;
    private readonly AttentionOperand<T> _query;
    private readonly AttentionOperand<T> _key;
    private readonly AttentionOperand<T> _value;
    private readonly AttentionOperand<T> _output;
    private readonly AttentionMask<T> _mask;
    private readonly AttentionDropout<T> _dropout;
    private readonly AttentionOperand<T> _logSums;
    private readonly bool _causal;
    private readonly T _scale;
    private readonly T* _queryGradient;
    private readonly T* _keyGradient;
    private readonly T* _valueGradient;
    private readonly int _width;
    private readonly int _valueWidth;
    private readonly int _line;

    public AttentionBackward(OpInvocation call)
    {
        _gradient = new AttentionOperand<T>(call.Input(0));
        _query = new AttentionOperand<T>(call.Input(1));
        _key = new AttentionOperand<T>(call.Input(2));
        _value = new AttentionOperand<T>(call.Input(3));
        _output = new AttentionOperand<T>(call.Input(4));
        _logSums = new AttentionOperand<T>(call.Input(5));
        _mask = new AttentionMask<T>(call.OptionalInput(6), call.Input(1));
        _dropout = new AttentionDropout<T>(call.Scalar(2).ToDouble(), call.Attrs[3].AsPhilox, _query.Rows, _key.Rows);
        _causal = call.Bool(0);
        _scale = T.CreateTruncating(call.Scalar(1).ToDouble());
        _queryGradient = (T*)call.Outputs[0].Pointer;
        _keyGradient = (T*)call.Outputs[1].Pointer;
        _valueGradient = (T*)call.Outputs[2].Pointer;
        _width = Rows.Padded<T>(_query.Columns);
        _valueWidth = Rows.Padded<T>(_value.Columns);
        _line = Math.Min(Block, Rows.Padded<T>(_key.Rows)) + LineGap;
    }

    public void Run() => WorkerPool.Shared.For(_query.Heads, 1, (from, to) =>
    {
        using var buffers = new Buffers(this);
        for (long head = from; head < to; head++)
        {
            Head(head, buffers);
        }
    });

    private void Head(long head, in Buffers buffers)
    {
        _query.Pack(head, _query.Rows, _width, buffers.Query);
        _gradient.Pack(head, _query.Rows, _valueWidth, buffers.Gradient);
        _key.Pack(head, _key.Rows, _width, buffers.Key);
        Deltas(head, buffers);
        new Span<T>(buffers.QuerySum, checked((int)(_query.Rows * _width))).Clear();
        for (long firstKey = 0; firstKey < _key.Rows; firstKey += Block)
        {
            KeyBlock(head, firstKey, (int)Math.Min(Block, _key.Rows - firstKey), buffers);
        }

        Unpack(buffers.QuerySum, _width, _query.Rows, _query.Columns, _queryGradient + (head * _query.Rows * _query.Columns));
    }

    /// <summary>Per row of the result, the sum of its products with its gradient.</summary>
    private void Deltas(long head, in Buffers buffers)
    {
        _output.Pack(head, _query.Rows, _valueWidth, buffers.Output);
        for (long row = 0; row < _query.Rows; row++)
        {
            buffers.Delta[row] = Rows.Dot(buffers.Output + (row * _valueWidth), buffers.Gradient + (row * _valueWidth), _valueWidth);
        }
    }

    private void KeyBlock(long head, long firstKey, int keys, in Buffers buffers)
    {
        _key.PackTransposed(head, firstKey, keys, _line, buffers.KeyLines);
        _value.PackTransposed(head, firstKey, keys, _line, buffers.ValueLines);
        bool began = false;
        long firstSeen = _causal ? firstKey / Block * Block : 0;
        for (long firstRow = firstSeen; firstRow < _query.Rows; firstRow += Block)
        {
            int rows = (int)Math.Min(Block, _query.Rows - firstRow), width = Rows.Padded<T>(keys);
            T* query = buffers.Query + (firstRow * _width), gradient = buffers.Gradient + (firstRow * _valueWidth);
            TileProduct<T>.Run(query, _width, 1, buffers.KeyLines, _line, buffers.Weights, _line, rows, width, (int)_query.Columns, accumulate: false);
            TileProduct<T>.Run(gradient, _valueWidth, 1, buffers.ValueLines, _line, buffers.Scores, _line, rows, width, (int)_value.Columns, accumulate: false);
            Differentiate(head, firstRow, rows, firstKey, keys, width, buffers);
            TileProduct<T>.Run(buffers.Weights, 1, _line, gradient, _valueWidth, buffers.ValueSum, _valueWidth, keys, _valueWidth, rows, began);
            TileProduct<T>.Run(buffers.Scores, 1, _line, query, _width, buffers.KeySum, _width, keys, _width, rows, began);
            TileProduct<T>.Run(
                buffers.Scores, _line, 1, buffers.Key + (firstKey * _width), _width, buffers.QuerySum + (firstRow * _width), _width, rows, _width, keys, true);
            began = true;
        }

        if (!began)
        {
            new Span<T>(buffers.KeySum, keys * _width).Clear();
            new Span<T>(buffers.ValueSum, keys * _valueWidth).Clear();
        }

        long row0 = (head * _key.Rows) + firstKey;
        Unpack(buffers.KeySum, _width, keys, _key.Columns, _keyGradient + (row0 * _key.Columns));
        Unpack(buffers.ValueSum, _valueWidth, keys, _value.Columns, _valueGradient + (row0 * _value.Columns));
    }

    /// <summary>Turns scores into weights, and the weights' gradients into those of the scores.</summary>
    private void Differentiate(long head, long firstRow, int rows, long firstKey, int keys, int width, in Buffers buffers)
    {
        long maskHead = _mask.Head(head);
        T* logSums = _logSums.Head(head);
        for (int r = 0; r < rows; r++)
        {
            T* weights = buffers.Weights + ((long)r * _line), scores = buffers.Scores + ((long)r * _line);
            int seen = _causal ? (int)Math.Clamp(firstRow + r + 1 - firstKey, 0, keys) : keys, used = Rows.Padded<T>(seen);
            new Span<T>(weights + seen, used - seen).Fill(T.NegativeInfinity);
            new Span<T>(weights + used, width - used).Clear();
            new Span<T>(scores + seen, width - seen).Clear();
            T* mask = _mask.Row(maskHead, firstRow + r, firstKey, seen, buffers.Mask);
            if (mask != null)
            {
                new Span<T>(mask + seen, used - seen).Clear();
            }

            T logSum = logSums[(firstRow + r) * _logSums.RowStride];
            T* dropout = _dropout.Row(head, firstRow + r, firstKey, seen, used, buffers.Dropout, buffers.Words);
            AttentionRows.Gradient(weights, scores, mask, dropout, used, _scale, logSum, buffers.Delta[firstRow + r]);
        }
    }

    private static void Unpack(T* packed, int width, long rows, long columns, T* destination)
    {
        for (long row = 0; row < rows; row++)
        {
            new ReadOnlySpan<T>(packed + (row * width), (int)columns).CopyTo(new Span<T>(destination + (row * columns), (int)columns));
        }
    }

    /// <summary>One thread's memory for a head: operands with padded lines, a block of scores and of their gradients, sums.</summary>
    private readonly struct Buffers : IDisposable
    {
        private readonly Scratch<T> _memory;

        public Buffers(AttentionBackward<T> of)
        {
            long queries = of._query.Rows, keys = of._key.Rows, block = Math.Min(Block, keys), rows = Math.Min(Block, queries);
            int width = of._width, valueWidth = of._valueWidth, line = of._line;
            _memory = new Scratch<T>(
                (queries * ((2 * (width + valueWidth)) + 1)) + (keys * width) + (block * (width + valueWidth))
                + ((of._key.Columns + of._value.Columns + (2 * rows) + 3) * line));
            T* next = _memory.Pointer;
            Query = Take(ref next, queries * width);
            Gradient = Take(ref next, queries * valueWidth);
            Output = Take(ref next, queries * valueWidth);
            QuerySum = Take(ref next, queries * width);
            Key = Take(ref next, keys * width);
            KeyLines = Take(ref next, of._key.Columns * line);
            ValueLines = Take(ref next, of._value.Columns * line);
            Weights = Take(ref next, rows * line);
            Scores = Take(ref next, rows * line);
            KeySum = Take(ref next, block * width);
            ValueSum = Take(ref next, block * valueWidth);
            Mask = Take(ref next, line);
            Dropout = Take(ref next, line);
            Words = (int*)Take(ref next, line);
            Delta = Take(ref next, queries);
        }

        public T* Query { get; }

        public T* Gradient { get; }

        public T* Output { get; }

        public T* QuerySum { get; }

        public T* Key { get; }

        /// <summary>The block's keys as columns.</summary>
        public T* KeyLines { get; }

        /// <summary>The block's values as columns.</summary>
        public T* ValueLines { get; }

        public T* Weights { get; }

        public T* Scores { get; }

        public T* KeySum { get; }

        public T* ValueSum { get; }

        public T* Delta { get; }

        public T* Mask { get; }

        public T* Dropout { get; }

        /// <summary>A row's random numbers.</summary>
        public int* Words { get; }

        public void Dispose() => _memory.Dispose();

        private static T* Take(ref T* next, long count)
        {
            T* taken = next;
            next += count;
            return taken;
        }
    }
}
