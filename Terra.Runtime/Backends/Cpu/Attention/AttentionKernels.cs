using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// softmax(query keyᵀ scale + mask) value block by block, never holding all scores (Dao et al., "FlashAttention", 2022). Blocks begin at the first row and
/// column, so bits depend on the sizes alone.
/// </summary>
internal static unsafe class AttentionKernels
{
    private const int QueryBlock = 64;
    private const int KeyBlock = 256;

    /// <summary>Elements between the lines of packed blocks beyond their width: keeps lines out of the same cache sets.</summary>
    private const int LineGap = 16;

    /// <summary>(query, key, value, attn_mask?; is_causal, scale, dropout_p, generator) -> (output, logsumexp).</summary>
    public static void Forward(OpInvocation call)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            new ForwardPass<double>(call).Run();
        }
        else
        {
            new ForwardPass<float>(call).Run();
        }
    }

    /// <summary>(grad_out, query, key, value, out, logsumexp, attn_mask?; is_causal, scale, dropout_p, generator) -> gradients of query, key and value.</summary>
    public static void Backward(OpInvocation call)
    {
        if (call.Outputs[0].DType == DType.Float64)
        {
            new AttentionBackward<double>(call).Run();
        }
        else
        {
            new AttentionBackward<float>(call).Run();
        }
    }

    private sealed class ForwardPass<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly AttentionOperand<T> _query;
        private readonly AttentionOperand<T> _key;
        private readonly AttentionOperand<T> _value;
        private readonly AttentionMask<T> _mask;
        private readonly AttentionDropout<T> _dropout;
        private readonly bool _causal;
        private readonly T _scale;
        private readonly T* _output;
        private readonly T* _logSums;
        private readonly int _keyWidth;
        private readonly int _keyLine;
        private readonly int _valueWidth;
        private readonly long _queryBlocks;

        public ForwardPass(OpInvocation call)
        {
            _query = new AttentionOperand<T>(call.Input(0));
            _key = new AttentionOperand<T>(call.Input(1));
            _value = new AttentionOperand<T>(call.Input(2));
            _mask = new AttentionMask<T>(call.OptionalInput(3), call.Input(0));
            _dropout = new AttentionDropout<T>(call.Scalar(2).ToDouble(), call.Attrs[3].AsPhilox, _query.Rows, _key.Rows);
            _causal = call.Bool(0);
            _scale = T.CreateTruncating(call.Scalar(1).ToDouble());
            _output = (T*)call.Outputs[0].Pointer;
            _logSums = (T*)call.Outputs[1].Pointer;
            _keyWidth = Math.Min(KeyBlock, Rows.Padded<T>(_key.Rows));
            _keyLine = _keyWidth + LineGap;
            _valueWidth = Rows.Padded<T>(_value.Columns);
            _queryBlocks = (_query.Rows + QueryBlock - 1) / QueryBlock;
        }

        public void Run() => WorkerPool.Shared.For(_query.Heads * _queryBlocks, 1, Blocks);

        private long KeyBlocks => (_key.Rows + _keyWidth - 1) / _keyWidth;

        private void Blocks(long from, long to)
        {
            using var keys = new Scratch<T>(KeyBlocks * _key.Columns * _keyLine);
            using var values = new Scratch<T>(_key.Rows * _valueWidth);
            using var scores = new Scratch<T>((QueryBlock + 3) * _keyLine);
            using var sums = new Scratch<T>(QueryBlock * _valueWidth);
            long packed = -1;
            for (long item = from; item < to; item++)
            {
                long head = item / _queryBlocks;
                if (head != packed)
                {
                    for (long block = 0; block < KeyBlocks; block++)
                    {
                        int count = (int)Math.Min(_keyWidth, _key.Rows - (block * _keyWidth));
                        _key.PackTransposed(head, block * _keyWidth, count, _keyLine, keys.Pointer + (block * _key.Columns * _keyLine));
                    }

                    _value.Pack(head, _key.Rows, _valueWidth, values.Pointer);
                    packed = head;
                }

                Block(head, item % _queryBlocks * QueryBlock, keys.Pointer, values.Pointer, scores.Pointer, sums.Pointer);
            }
        }

        /// <summary>The result's rows from <paramref name="firstRow"/> on, a block of them.</summary>
        private void Block(long head, long firstRow, T* keys, T* values, T* scores, T* sums)
        {
            int rows = (int)Math.Min(QueryBlock, _query.Rows - firstRow);
            T* query = _query.Head(head) + (firstRow * _query.RowStride);
            T* greatest = stackalloc T[QueryBlock];
            T* totals = stackalloc T[QueryBlock];
            for (int r = 0; r < rows; r++)
            {
                (greatest[r], totals[r]) = (T.NegativeInfinity, T.Zero);
            }

            long lastKey = _causal ? Math.Min(_key.Rows, firstRow + rows) : _key.Rows;
            for (long firstKey = 0; firstKey < lastKey; firstKey += _keyWidth)
            {
                int count = (int)Math.Min(_keyWidth, lastKey - firstKey), width = Rows.Padded<T>(count);
                TileProduct<T>.Run(
                    query, _query.RowStride, _query.ColumnStride, keys + (firstKey / _keyWidth * _key.Columns * _keyLine), _keyLine,
                    scores, _keyLine, rows, width, (int)_query.Columns, accumulate: false);
                Weigh(head, firstRow, rows, firstKey, count, width, scores, sums, greatest, totals);
                TileProduct<T>.Run(
                    scores, _keyLine, 1, values + (firstKey * _valueWidth), _valueWidth,
                    sums, _valueWidth, rows, _valueWidth, count, accumulate: firstKey > 0);
            }

            for (int r = 0; r < rows; r++)
            {
                long row = (head * _query.Rows) + firstRow + r;
                RowMath.Divide(sums + (r * _valueWidth), _output + (row * _value.Columns), _value.Columns, totals[r]);
                _logSums[row] = greatest[r] + T.Log(totals[r]);
            }
        }

        /// <summary>Turns a block of scores into weights relative to the greatest score so far, and rescales what was summed before to that.</summary>
        private void Weigh(
            long head, long firstRow, int rows, long firstKey, int count, int width, T* scores, T* sums, T* greatest, T* totals)
        {
            T* maskBuffer = scores + ((long)QueryBlock * _keyLine), factors = maskBuffer + _keyLine;
            int* words = (int*)(factors + _keyLine);
            long maskHead = _mask.Head(head);
            for (int r = 0; r < rows; r++)
            {
                T* row = scores + ((long)r * _keyLine);
                int seen = _causal ? (int)Math.Clamp(firstRow + r + 1 - firstKey, 0, count) : count, used = Rows.Padded<T>(seen);
                new Span<T>(row + seen, used - seen).Fill(T.NegativeInfinity);
                new Span<T>(row + used, width - used).Clear();
                T* mask = _mask.Row(maskHead, firstRow + r, firstKey, seen, maskBuffer);
                if (mask != null)
                {
                    new Span<T>(mask + seen, used - seen).Clear();
                }

                T most = T.MaxNative(greatest[r], AttentionRows.Scale(row, mask, used, _scale));
                T shift = most == T.NegativeInfinity ? T.Zero : most;
                T total = AttentionRows.Exp(row, used, shift);
                if (_dropout.Row(head, firstRow + r, firstKey, seen, used, factors, words) != null)
                {
                    AttentionRows.Multiply(row, factors, used);
                }

                if (firstKey > 0)
                {
                    T factor = T.Exp(greatest[r] - shift);
                    total += totals[r] * factor;
                    AttentionRows.Multiply(sums + (r * _valueWidth), sums + (r * _valueWidth), _valueWidth, factor);
                }

                (greatest[r], totals[r]) = (most, total);
            }
        }
    }
}
