namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Schedulers that all go on at each step, one after another.</summary>
                public class ChainedLR : LRScheduler
                {
                    private readonly LRScheduler[] _schedulers;

                    public ChainedLR(IEnumerable<LRScheduler> schedulers) => _schedulers = [.. schedulers];

                    public override void step()
                    {
                        foreach (LRScheduler scheduler in _schedulers)
                        {
                            scheduler.step();
                        }
                    }
                }

                /// <summary>Schedulers that take over from one another at milestones.</summary>
                public class SequentialLR : LRScheduler
                {
                    private readonly LRScheduler[] _schedulers;
                    private readonly int[] _milestones;

                    /// <param name="optimizer">The optimizer of all schedulers.</param>
                    /// <param name="schedulers">The schedulers in their order.</param>
                    /// <param name="milestones">The epochs at which the next one takes over: one fewer than schedulers.</param>
                    /// <param name="last_epoch">The epoch to resume after; -1 to begin.</param>
                    /// <exception cref="ArgumentException">A scheduler has another optimizer, or there are too many or too few milestones.</exception>
                    public SequentialLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones, int last_epoch = -1)
                        : base(optimizer, last_epoch + 1)
                    {
                        _schedulers = [.. schedulers];
                        _milestones = [.. milestones];
                        if (!Array.TrueForAll(_schedulers, scheduler => scheduler.Schedules(optimizer)))
                        {
                            throw new ArgumentException("The SequentialLR scheduler expects all its sub-schedulers to be bound to the same optimizer.", nameof(schedulers));
                        }

                        if (_milestones.Length != _schedulers.Length - 1)
                        {
                            throw new ArgumentException(
                                $"Received {_schedulers.Length} schedulers and {_milestones.Length} milestones. The SequentialLR scheduler expects the number of schedulers to be one more than the number of milestones.",
                                nameof(milestones));
                        }

                        // Each scheduler has set its first rates when it was made: begin again with the first one's alone.
                        foreach (ILearningRateController group in Groups)
                        {
                            group.LearningRate = group.InitialLearningRate;
                        }

                        Array.ForEach(_schedulers, static scheduler => scheduler.GoBack());
                        _schedulers[0].step();
                        SetRates(base.get_lr());
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        int current = _milestones.Count(milestone => milestone <= LastEpoch);
                        if (current > 0 && _milestones[current - 1] == LastEpoch)
                        {
                            _schedulers[current].step(0);
                        }
                        else
                        {
                            _schedulers[current].step();
                        }

                        return base.get_lr();
                    }
                }
            }
        }
    }
}
