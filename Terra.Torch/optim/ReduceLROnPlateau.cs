namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Lowers the rate when a metric has stopped to improve.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool _isMinimum;
                    private readonly bool _isRelative;
                    private readonly double _factor;
                    private readonly int _patience;
                    private readonly double _threshold;
                    private readonly int _cooldown;
                    private readonly double[] _least;
                    private readonly double _eps;
                    private double _best;
                    private int _badEpochs;
                    private int _cooldownLeft;

                    /// <summary>Watches a metric.</summary>
                    /// <param name="optimizer">Whose rates to lower.</param>
                    /// <param name="mode">"min" or "max": which way the metric improves.</param>
                    /// <param name="factor">By which the rate is multiplied; below 1.</param>
                    /// <param name="patience">How many epochs without improvement are borne.</param>
                    /// <param name="threshold">What counts as an improvement.</param>
                    /// <param name="threshold_mode">"rel" or "abs".</param>
                    /// <param name="cooldown">Epochs after a reduction in which nothing is counted.</param>
                    /// <param name="min_lr">The least rate of each group, or one for all; 0 by default.</param>
                    /// <param name="eps">Reductions smaller than this are not made.</param>
                    /// <param name="verbose">Whether to print each change.</param>
                    /// <exception cref="ArgumentException">An argument is out of its range.</exception>
                    public ReduceLROnPlateau(
                        Optimizer optimizer,
                        string mode = "min",
                        double factor = 0.1,
                        int patience = 10,
                        double threshold = 0.0001,
                        string threshold_mode = "rel",
                        int cooldown = 0,
                        IList<double>? min_lr = null,
                        double eps = 1e-08,
                        bool verbose = false)
                        : base(optimizer, -1, verbose)
                    {
                        if (factor >= 1)
                        {
                            throw new ArgumentException("Factor should be < 1.0", nameof(factor));
                        }

                        _isMinimum = mode switch
                        {
                            "min" => true,
                            "max" => false,
                            _ => throw new ArgumentException($"mode '{mode}' is unknown; use min or max", nameof(mode)),
                        };
                        _isRelative = threshold_mode switch
                        {
                            "rel" => true,
                            "abs" => false,
                            _ => throw new ArgumentException($"threshold_mode '{threshold_mode}' is unknown; use rel or abs", nameof(threshold_mode)),
                        };
                        int groups = BaseRates.Count;
                        _least = min_lr switch
                        {
                            null => new double[groups],
                            { Count: 1 } => Enumerable.Repeat(min_lr[0], groups).ToArray(),
                            _ when min_lr.Count == groups => min_lr.ToArray(),
                            _ => throw new ArgumentException($"expected {groups} min_lrs, but got {min_lr.Count}", nameof(min_lr)),
                        };
                        (_factor, _patience, _threshold, _cooldown, _eps) = (factor, patience, threshold, cooldown, eps);
                        _best = _isMinimum ? double.PositiveInfinity : double.NegativeInfinity;
                        LastEpoch = 0;
                    }

                    private protected override bool WatchesMetric => true;

                    /// <summary>Reports the metric after an epoch.</summary>
                    public override void step(double current, int? epoch = null)
                    {
                        LastEpoch = epoch ?? LastEpoch + 1;
                        if (IsBetter(current))
                        {
                            _best = current;
                            _badEpochs = 0;
                        }
                        else
                        {
                            _badEpochs++;
                        }

                        if (_cooldownLeft > 0)
                        {
                            _cooldownLeft--;
                            _badEpochs = 0;
                        }

                        if (_badEpochs > _patience)
                        {
                            SetRates(Groups.Select((group, index) => Reduced(group.LearningRate, _least[index])));
                            _cooldownLeft = _cooldown;
                            _badEpochs = 0;
                        }
                    }

                    private double Reduced(double rate, double least)
                    {
                        double next = Math.Max(rate * _factor, least);
                        return rate - next > _eps ? next : rate;
                    }

                    private bool IsBetter(double current)
                    {
                        double margin = _isRelative ? Math.Abs(_best) * _threshold : _threshold;
                        return double.IsInfinity(_best)
                            ? (_isMinimum ? current < _best : current > _best)
                            : _isMinimum ? current < _best - margin : current > _best + margin;
                    }
                }
            }
        }
    }
}
