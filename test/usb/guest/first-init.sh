#!/bin/busybox sh
# First program of the guest: lays the packages' folder and a layer of memory over the host's root, and goes there.
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
while read -r module; do $b insmod "/mod/$module"; done < /mod/order
from9p="trans=virtio,version=9p2000.L,msize=512000,ro,cache=loose"
$b mount -t 9p -o "$from9p" host /host
$b mount -t 9p -o "$from9p" layer /layer
$b mount -t tmpfs memory /memory
$b mkdir /memory/upper /memory/work
$b mount -t overlay -o lowerdir=/layer:/host,upperdir=/memory/upper,workdir=/memory/work overlay /new
for word in $($b cat /proc/cmdline); do
  case $word in tallydock.init=*) next=${word#tallydock.init=} ;; esac
done
$b umount /proc
$b mount -o move /dev /new/dev
exec $b switch_root /new /bin/sh "$next"
